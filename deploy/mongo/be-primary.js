// The health check of a replica set of one: begins the set at the first start, and fails until it takes writes.
const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: password } = process.env;
const at = `mongodb://${user}:${encodeURIComponent(password)}@mongo:27017/admin?directConnection=true`;
const admin = connect(at);

try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  initiate();
}
if (!admin.hello().isWritablePrimary) quit(1);

function initiate() {
  admin.adminCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] } });
}
