package io.centroid.cluster;

import java.util.List;

/** Roles of daemons, in the order of listings. */
public enum Role {
  NAMENODE("org.apache.hadoop.hdfs.server.namenode.NameNode", 256, "rpc", "http"),
  DATANODE("org.apache.hadoop.hdfs.server.datanode.DataNode", 256, "data", "http", "ipc"),
  MASTER("org.apache.spark.deploy.master.Master", 512, "rpc", "http"),
  WORKER("org.apache.spark.deploy.worker.Worker", 512, "rpc", "http");

  private final String mainClass;
  private final int heapMegabytes;
  private final List<String> ports;

  Role(String mainClass, int heapMegabytes, String... ports) {
    this.mainClass = mainClass;
    this.heapMegabytes = heapMegabytes;
    this.ports = List.of(ports);
  }

  String mainClass() {
    return mainClass;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  /** Names of the daemon's ports; "http" is its web UI. */
  List<String> ports() {
    return ports;
  }
}
