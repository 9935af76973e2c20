import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.stream.Collectors;
import org.h2.mvstore.MVStore;

/**
 * Starts mongo-java-server on loopback for development and tests: no users, no replication, one process.
 *
 * <p>Arguments: port (0 lets the system pick) and data file (none: in memory). Prints its URL when it answers.
 * SIGTERM writes what is in memory to the file; a SIGKILL may lose the last moment, which MongoDB would not.
 */
class Launcher {
    public static void main(String[] arguments) {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        String file = arguments.length > 1 ? arguments[1] : null;
        MVStore kept = new MVStore.Builder().fileName(file).cacheSize(64).open();
        if (file != null) {
            kept.setAutoCommitDelay(500);
            // H2 takes chunks away under a reader that is slower than this (h2database#2118), 45 s if not told:
            // on a busy machine a long query then ended with "Chunk not found".
            kept.setRetentionTime(300_000);
        }
        MongoServer server = new MongoServer(new Backend(kept).version(new Version()));
        server.bind("127.0.0.1", port);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
    }

    /** What today's drivers ask for at least; the double does nothing that this version did in another way. */
    private static class Version implements MongoVersion {
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        public int getWireVersion() {
            return 9;
        }
    }

    private static class Backend extends H2Backend {
        Backend(MVStore kept) {
            super(kept);
        }

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return new Database(name);
        }

        private class Database extends H2Database {
            Database(String name) {
                super(name, getMvStore(), getCursorRegistry());
            }

            @Override
            protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
                return new Collection(this, name, options, getMvStore(), getFullCollectionNamespace(name), cursorRegistry);
            }
        }
    }

    /** Looks a document up by its id when the filter names one and more: the server would read them all. */
    private static class Collection extends H2Collection {
        Collection(
                MongoDatabase database, String name, CollectionOptions options, MVStore kept, String place,
                CursorRegistry cursors) {
            super(database, name, options, kept.openMap("databases." + place), kept.openMap("meta." + place), cursors);
        }

        @Override
        protected QueryResult queryDocuments(
                Document filter, Document order, int skip, int limit, int batch, Document fields) {
            if (!(filter.get("_id") instanceof String) || filter.size() == 1) {
                return super.queryDocuments(filter, order, skip, limit, batch, fields);
            }
            Document identity = new Document("_id", filter.get("_id"));
            List<Document> found = super.queryDocuments(identity, order, 0, 0, 0, null).collectDocuments();
            return new QueryResult(
                    found.stream().filter(each -> documentMatchesQuery(each, filter)).collect(Collectors.toList()));
        }
    }
}
