import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * A Neo4j server in FOLDER with Bolt on loopback PORT, that ends when its standard input closes. The system property
 * "replan" says how old a plan must be before it is made anew for data that have changed.
 */
public class Neo4jServer {
    public static void main(String[] arguments) throws Exception {
        DatabaseManagementService server = new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1])))
                .setConfig(HttpConnector.enabled, false)
                .setConfig(GraphDatabaseSettings.auth_enabled, true)
                .setConfig(GraphDatabaseSettings.pagecache_memory, 512L << 20)
                .setConfig(
                        GraphDatabaseSettings.cypher_min_replan_interval,
                        Duration.parse(System.getProperty("replan", "PT10S")))
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        System.out.println("ready");
        // The parent holds the other end: however it dies, the pipe closes, and this server ends at once. Its data was
        // only of use to that parent.
        while (System.in.read() >= 0) { }
        Runtime.getRuntime().halt(0);
    }
}
