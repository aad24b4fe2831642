package io.centroid.run.metrics;

import io.centroid.checkpoint.lease.ProcessTable;
import io.centroid.device.Processor;
import io.centroid.io.Json;
import io.centroid.io.Version;
import io.centroid.nn.NetworkSpec;
import io.centroid.train.ShardedData;
import java.util.Map;
import java.util.TreeMap;

/** What a run computes on, by name, for its reporters. */
public final class RunEnvironment {
  private RunEnvironment() {}

  /** The environment of a run whose driver is this process. */
  public static Map<String, String> of(NetworkSpec network, ShardedData data) {
    Map<String, String> found = new TreeMap<>(data.environment());
    found.put("centroid", Version.number());
    found.put("java", property("java.runtime.version") + " (" + property("java.vm.name") + ")");
    found.put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    found.put("processor", Processor.name());
    found.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    found.put("host", ProcessTable.hostName());
    found.put("workers", data.description());
    found.put("engine", network.engine().name());
    found.put("device", Json.spelling(network.engine().device()));
    found.put("kernels", network.kernels());
    return found;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
