package io.centroid.chaos;

import java.time.Duration;

/**
 * A scheduled fault.
 *
 * @param pause time since the previous fault
 * @param kind kind of process to kill
 * @param choice number in [0, 1) that selects one of the running processes
 * @param downtime time until the restart, for processes that are not restarted automatically
 */
record PlannedFault(Duration pause, FaultKind kind, double choice, Duration downtime) {}
