package io.centroid.spark;

import io.centroid.InputException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Asks a standalone Master whether it would talk to us, before Spark does: Spark itself tries for a
 * minute and then tells only that its context was shut down. A Master that is not there may come
 * back within that minute, so nothing but a refusal counts here.
 */
final class MasterAccess {
  private static final Logger LOG = LoggerFactory.getLogger(MasterAccess.class);
  private static final Pattern MASTER = Pattern.compile("spark://([^,:/]+):([0-9]+)");
  private static final int LONGEST_CHAIN = 30;
  private static final String NOT_ASKED = "java.io.EOFException";

  /**
   * What a Master answers to a driver with a wrong secret (by Spark's own protocol and by SASL), to
   * one without, and what one that authenticates nobody answers to a driver that insists.
   */
  private static final List<String> REFUSALS =
      List.of("Authentication failed", "DIGEST-MD5", "Unknown challenge message", NOT_ASKED);

  private final SparkConf conf;
  private final RpcAddress master;

  private MasterAccess(SparkConf conf, RpcAddress master) {
    this.conf = conf;
    this.master = master;
  }

  /**
   * Knocks at the Master that spark.master names; at none where it names several or another
   * manager.
   *
   * @throws InputException where the Master and this driver do not agree on authentication
   */
  static void require(SparkConf conf) {
    Matcher master = MASTER.matcher(conf.get("spark.master"));
    if (master.matches()) {
      int port = Integer.parseInt(master.group(2));
      new MasterAccess(conf.clone(), new RpcAddress(master.group(1), port)).require();
    }
  }

  private void require() {
    SecurityManager security =
        new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3());
    boolean authenticates = security.isAuthenticationEnabled();
    try {
      if (authenticates) {
        security.initializeAuth();
        shakeHands(security);
      } else {
        lookUp(security);
      }
    } catch (Exception e) { // Scala throws checked ones that it does not declare
      String told = told(e);
      if (REFUSALS.stream().anyMatch(told::contains)) {
        throw new InputException(
            "the Spark Master at "
                + master.toSparkURL()
                + (authenticates
                    ? " and this driver do not share a secret: spark.authenticate.secret"
                    : " wants authentication: spark.authenticate and spark.authenticate.secret")
                + " must be as the Master has them",
            e);
      }
      LOG.debug("{} does not answer yet", master.toSparkURL(), e);
    }
  }

  /** With authentication every connection begins with a proof of the secret, so one is enough. */
  private void shakeHands(SecurityManager security) throws Exception {
    TransportConf transport = SparkTransportConf.fromSparkConf(conf, "rpc", 1, Option.empty());
    try (TransportContext context = new TransportContext(transport, new NoOpRpcHandler(), true);
        TransportClientFactory factory =
            context.createClientFactory(
                List.of(new AuthClientBootstrap(transport, security.getSaslUser(), security)))) {
      factory.createUnmanagedClient(master.host(), master.port()).close();
    }
  }

  /** Without it only the answer to a question tells that there is none. */
  private void lookUp(SecurityManager security) {
    String address = conf.get("spark.driver.bindAddress", master.host());
    RpcEnv rpc = RpcEnv.create("centroid-access", address, 0, conf, security, true);
    try {
      rpc.setupEndpointRef(master, "Master");
    } finally {
      rpc.shutdown();
    }
  }

  private static String told(Throwable thrown) {
    StringBuilder told = new StringBuilder();
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < LONGEST_CHAIN; depth++) {
      told.append(cause.getMessage()).append('\n');
      cause = cause.getCause();
    }
    return told.toString();
  }
}
