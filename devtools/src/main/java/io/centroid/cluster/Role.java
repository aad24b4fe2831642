package io.centroid.cluster;

import java.util.List;

/** The kinds of daemon, in the order in which they are listed. */
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

  /** The names of the ports that such a daemon listens on; "http" is its page for people. */
  List<String> ports() {
    return ports;
  }
}
