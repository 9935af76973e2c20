import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;
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
        if (file != null) kept.setAutoCommitDelay(500);
        MongoServer server = new MongoServer(new H2Backend(kept).version(new Version()));
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
}
