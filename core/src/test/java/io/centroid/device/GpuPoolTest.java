package io.centroid.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GpuPoolTest {
  private static GpuPool pool(String... addresses) {
    List<Gpu> gpus =
        Stream.of(addresses)
            .map(address -> new Gpu(address, "GPU-" + address, "NVIDIA H100", 90, 1, 1, "580.1"))
            .toList();
    return new GpuPool(new GpuReport("this process", gpus, ""));
  }

  @Test
  void noTwoTasksHaveADeviceAtATime() throws Exception {
    GpuPool pool = pool("0", "GPU-7");
    Set<Device> inUse = ConcurrentHashMap.newKeySet();
    Set<Device> used = ConcurrentHashMap.newKeySet();
    AtomicInteger shared = new AtomicInteger();
    // Both devices are taken before the first is returned, so both are used.
    CountDownLatch both = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Device>> tasks = new ArrayList<>();
    for (int task = 0; task < 200; task++) {
      tasks.add(
          threads.submit(
              () ->
                  pool.call(
                      Device.Kind.CUDA,
                      device -> {
                        shared.addAndGet(inUse.add(device) ? 0 : 1);
                        used.add(device);
                        both.countDown();
                        await(both);
                        inUse.remove(device);
                        return device;
                      })));
    }
    for (Future<Device> task : tasks) {
      assertThat(task.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Device.Kind.CUDA);
    }
    threads.shutdown();
    assertThat(shared).hasValue(0);
    assertThat(used).containsExactlyInAnyOrder(Device.cuda("0"), Device.cuda("GPU-7"));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDeviceIsReturnedIfTheTaskFails() {
    GpuPool pool = pool("0");
    assertThatThrownBy(
            () ->
                pool.call(
                    Device.Kind.CUDA,
                    device -> {
                      throw new IllegalArgumentException("task");
                    }))
        .hasMessage("task");
    assertThat(pool.<Device>call(Device.Kind.CUDA, device -> device)).isEqualTo(Device.cuda("0"));
  }

  @Test
  void withoutDevicesTheReasonIsGiven() {
    GpuPool pool = new GpuPool(GpuReport.none("this process", "nvidia-smi found no devices"));
    assertThat(pool.<Device>call(Device.Kind.CPU, device -> device)).isEqualTo(Device.CPU);
    assertThatThrownBy(() -> pool.call(Device.Kind.CUDA, device -> device))
        .isInstanceOf(InputException.class)
        .hasMessage("this process: no GPU can be used: nvidia-smi found no devices");
  }
}
