package io.centroid.spark.placement;

import io.centroid.device.Device;
import io.centroid.device.GpuPool;
import io.centroid.spark.internal.ActiveExecutor;
import io.centroid.spark.internal.CachedPartitions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The home of every worker: the executor that caches its shards and runs its tasks. Homes are
 * spread over the executors in proportion to their cores or GPUs, and follow them when they come
 * and go. Without homes, shards would stay where they were read first, and Spark would leave an
 * executor that came later idle. Where a task runs has no influence on its result.
 *
 * <p>In local mode and with a single executor there are no homes. Thread-safe.
 */
public final class WorkerHomes {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerHomes.class);

  private final SparkContext context;
  private final int workers;
  private final Map<Integer, HomeRdd<?>> placed = new HashMap<>();
  // Tells where the shards really are; the first RDD is that of the training examples, if any.
  private @Nullable RDD<?> first;
  private Set<String> known = Set.of();
  private List<ActiveExecutor> homes = List.of();
  // Whether shards may have been read since the last look, perhaps elsewhere than at home.
  private boolean isUnsettled;
  // Devices of the tasks for which the homes were spread.
  private Device.Kind device = Device.Kind.CPU;
  private final GpuTasks gpus;

  /**
   * Creates the homes, which are assigned when the first shards are placed.
   *
   * @param workers number of workers W
   */
  public WorkerHomes(SparkContext context, int workers) {
    this.context = context;
    this.workers = workers;
    this.gpus = new GpuTasks(context);
  }

  /** The GPUs of the executors. */
  public GpuTasks gpus() {
    return gpus;
  }

  /**
   * Number of tasks that compute at a time on devices of a kind.
   *
   * @param cores number of cores of the context
   */
  public int slots(Device.Kind kind, int cores) {
    return switch (kind) {
      case CPU -> cores;
      case CUDA -> context.isLocal() ? Math.min(cores, GpuPool.ofThisJvm().size()) : gpus.count();
    };
  }

  /**
   * As {@link #place(RDD)}, for tasks that compute on devices of a kind. Homes are spread by the
   * executors' devices.
   */
  public synchronized <T> RDD<T> place(RDD<T> shards, Device.Kind kind) {
    if (kind != device) {
      device = kind;
      known = Set.of();
    }
    RDD<T> atHome = place(shards);
    return kind == Device.Kind.CPU ? atHome : gpus.onGpus(atHome);
  }

  /** An RDD of worker numbers, for tasks that compute on devices of a kind. */
  public <T> RDD<T> anywhere(RDD<T> numbers, Device.Kind kind) {
    return kind == Device.Kind.CPU ? numbers : gpus.onGpus(numbers);
  }

  /**
   * Returns the shards for the next job, whose tasks run at the homes of their workers. Looks at
   * the executors first; asks none of them.
   *
   * @param shards persisted RDD, one partition of one element per worker, in worker order
   */
  public synchronized <T> RDD<T> place(RDD<T> shards) {
    first = first == null ? shards : first;
    Set<String> ids = ActiveExecutor.ids(context);
    if (isUnsettled || !ids.equals(known)) {
      isUnsettled = assign(ids, first);
    }
    if (homes.isEmpty()) {
      return shards;
    }
    @SuppressWarnings("unchecked")
    RDD<T> atHome = (RDD<T>) placed.computeIfAbsent(shards.id(), id -> placedNow(shards));
    return atHome;
  }

  private <T> HomeRdd<T> placedNow(RDD<T> shards) {
    isUnsettled = true;
    HomeRdd<T> atHome = new HomeRdd<>(shards);
    atHome.moveTo(homes);
    return atHome;
  }

  /** Number of executors at the last look, at least 1. */
  public synchronized int executors() {
    return Math.max(1, known.size());
  }

  /** Assigns the homes; true if one has changed. */
  private boolean assign(Set<String> ids, RDD<?> shards) {
    List<ActiveExecutor> described = ActiveExecutor.of(context, ids);
    known = described.stream().map(ActiveExecutor::id).collect(Collectors.toSet());
    List<ActiveExecutor> usable =
        described.stream().filter(executor -> slots(executor) > 0).toList();
    List<ActiveExecutor> assigned = usable.size() < 2 ? List.of() : spread(usable, shards);
    if (assigned.equals(homes)) {
      return false;
    }
    LOG.info("{} workers on {} executors: {}", workers, usable.size(), counts(assigned));
    homes = assigned;
    placed.values().forEach(shardsAtHome -> shardsAtHome.moveTo(assigned));
    return true;
  }

  private int slots(ActiveExecutor executor) {
    return switch (device) {
      case CPU -> executor.slots();
      case CUDA -> executor.gpuSlots();
    };
  }

  private List<ActiveExecutor> spread(List<ActiveExecutor> executors, RDD<?> shards) {
    List<Set<String>> holders = CachedPartitions.holders(shards);
    int[] current = new int[workers];
    Arrays.setAll(current, worker -> current(worker, executors, holders.get(worker)));
    int[] slots = executors.stream().mapToInt(this::slots).toArray();
    return Arrays.stream(Assignment.balance(current, slots)).mapToObj(executors::get).toList();
  }

  /** Number of the executor that holds the worker's shard, else of its home, else -1. */
  private int current(int worker, List<ActiveExecutor> executors, Set<String> holders) {
    int home = homes.isEmpty() ? -1 : executors.indexOf(homes.get(worker));
    if (home >= 0 && holders.contains(executors.get(home).id())) {
      return home;
    }
    return IntStream.range(0, executors.size())
        .filter(executor -> holders.contains(executors.get(executor).id()))
        .findFirst()
        .orElse(home);
  }

  private static Map<String, Long> counts(List<ActiveExecutor> homes) {
    return homes.stream().collect(Collectors.groupingBy(ActiveExecutor::id, Collectors.counting()));
  }
}
