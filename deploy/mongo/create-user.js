// Run once by the image, before the server is reachable: Guanxi's own user, with rights on its database only.
db.getSiblingDB("guanxi").createUser({
  user: "guanxi",
  pwd: process.env.MONGO_PASSWORD,
  roles: [{ role: "readWrite", db: "guanxi" }],
});
