package io.centroid.spark.placement;

import io.centroid.device.Device;
import io.centroid.device.DeviceAssignment;
import io.centroid.device.GpuPool;
import io.centroid.error.InputException;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The devices that Spark assigns to tasks; in local mode, where it assigns none, a pool of the
 * JVM's GPUs. Used in tasks only.
 */
public final class TaskDevices implements DeviceAssignment {

  @Override
  public <T> T call(Device.Kind kind, Function<Device, T> work) {
    if (kind == Device.Kind.CPU) {
      return work.apply(Device.CPU);
    }
    ResourceInformation gpus = TaskContext.get().resourcesJMap().get(GpuTasks.RESOURCE);
    if (gpus != null && gpus.addresses().length > 0) {
      return work.apply(Device.cuda(gpus.addresses()[0]));
    }
    String executor = SparkEnv.get().executorId();
    if (executor.equals("driver")) {
      return GpuPool.ofThisJvm().call(kind, work);
    }
    throw new InputException(
        "executor " + executor + ": " + GpuTasks.problem(SparkEnv.get().conf()).orElse("no GPU"));
  }
}
