package io.centroid.spark.placement;

/**
 * An assignment of workers to executors in proportion to the executors' task slots. It minimizes
 * the largest number of workers per slot, hence the number of waves of tasks in a round.
 */
final class Assignment {
  private final int[] homes;
  private final int[] slots;
  private final int[] loads;

  private Assignment(int[] homes, int[] slots) {
    this.homes = homes;
    this.slots = slots;
    this.loads = new int[slots.length];
  }

  /**
   * Assigns the workers. Depends on the arguments alone. A worker moves only if it has no executor,
   * or if its executor has more workers per slot than another one would have with one more; so an
   * executor that gives workers away receives none.
   *
   * @param current number of each worker's executor; -1 if it has none
   * @param slots number of task slots of each executor, > 0
   * @return number of each worker's executor
   */
  static int[] balance(int[] current, int... slots) {
    Assignment assignment = new Assignment(current.clone(), slots);
    assignment.placeAll();
    assignment.balance();
    return assignment.homes;
  }

  private void placeAll() {
    for (int home : homes) {
      if (home >= 0) {
        loads[home]++;
      }
    }
    for (int worker = 0; worker < homes.length; worker++) {
      if (homes[worker] < 0) {
        homes[worker] = leastLoaded();
        loads[homes[worker]]++;
      }
    }
  }

  private void balance() {
    int from = mostLoaded();
    int to = leastLoaded();
    while (isLess(loads[to] + 1, to, loads[from], from)) {
      homes[lastOf(from)] = to;
      loads[from]--;
      loads[to]++;
      from = mostLoaded();
      to = leastLoaded();
    }
  }

  /** The executor that would have the fewest workers per slot with one more. */
  private int leastLoaded() {
    int least = 0;
    for (int i = 1; i < slots.length; i++) {
      least = isLess(loads[i] + 1, i, loads[least] + 1, least) ? i : least;
    }
    return least;
  }

  private int mostLoaded() {
    int most = 0;
    for (int i = 1; i < slots.length; i++) {
      most = isLess(loads[most], most, loads[i], i) ? i : most;
    }
    return most;
  }

  /** Compares loads per slot. */
  private boolean isLess(int load, int executor, int otherLoad, int other) {
    return (long) load * slots[other] < (long) otherLoad * slots[executor];
  }

  private int lastOf(int executor) {
    int worker = homes.length - 1;
    while (homes[worker] != executor) {
      worker--;
    }
    return worker;
  }
}
