package io.centroid.spark;

import io.centroid.InputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Asks a standalone Master whether it would talk to us, before Spark does: Spark itself tries for a
 * minute and then tells only that no Master answered. A Master that is not there may come back
 * within that minute, so only a refusal counts here.
 */
final class MasterAccess {
  private static final Logger LOG = LoggerFactory.getLogger(MasterAccess.class);
  private static final Pattern MASTER = Pattern.compile("spark://([^,:/]+):([0-9]+)");
  private static final int LONGEST_CHAIN = 30;

  private MasterAccess() {}

  /**
   * Knocks at the Master that spark.master names; at none where it names several or another manager.
   *
   * @throws InputException where the Master refuses to authenticate us
   */
  static void require(SparkConf conf) {
    Matcher master = MASTER.matcher(conf.get("spark.master"));
    if (!master.matches()) {
      return;
    }
    SparkConf patient = conf.clone().set("spark.rpc.lookupTimeout", "20s");
    RpcEnv rpc =
        RpcEnv.create(
            "centroid-access",
            conf.get("spark.driver.bindAddress", "127.0.0.1"),
            0,
            patient,
            new SecurityManager(patient, Option.empty(), SecurityManager.$lessinit$greater$default$3()),
            true);
    try {
      rpc.setupEndpointRef(
          new RpcAddress(master.group(1), Integer.parseInt(master.group(2))), "Master");
    } catch (Exception e) { // Scala throws checked ones that it does not declare
      LOG.info("probe", e);
    } finally {
      rpc.shutdown();
    }
  }
}
