package io.centroid.chaos;

import java.time.Duration;

/**
 * A fault before it happens.
 *
 * @param pause time since the fault before
 * @param choice between 0 and 1: which of the processes that there are then
 * @param downtime until it is started again, where someone has to
 */
record PlannedFault(Duration pause, FaultKind kind, double choice, Duration downtime) {}
