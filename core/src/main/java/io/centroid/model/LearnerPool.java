package io.centroid.model;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Networks of this JVM that wait for use. Building one costs far more than a round, so a task
 * borrows one and gives it back. It is there for speed alone: a borrower overwrites the parameters,
 * and nothing depends on which instance it gets. Holds at most as many networks as there were users
 * at once.
 */
public final class LearnerPool {
  private static final Map<NetworkSpec, ConcurrentLinkedQueue<Learner>> IDLE =
      new ConcurrentHashMap<>();

  private LearnerPool() {}

  /** An idle network of this kind, or a new one. Its parameters are arbitrary. */
  public static Learner borrow(NetworkSpec spec) {
    Learner idle = IDLE.computeIfAbsent(spec, key -> new ConcurrentLinkedQueue<>()).poll();
    return idle != null ? idle : Learners.create(spec);
  }

  /** Gives a borrowed network back. After a failure inside the network, let it go instead. */
  public static void giveBack(NetworkSpec spec, Learner learner) {
    IDLE.computeIfAbsent(spec, key -> new ConcurrentLinkedQueue<>()).add(learner);
  }

  /**
   * Drops every idle network of other kinds, so that a long-lived JVM holds those of the present
   * run only.
   */
  public static void keepOnly(NetworkSpec spec) {
    IDLE.keySet().removeIf(key -> !key.equals(spec));
  }
}
