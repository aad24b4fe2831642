package io.centroid.spark.dl4j;

import java.io.Serializable;

/**
 * What every worker of a round starts from: its broadcast.
 *
 * @param updaterState of a worker that keeps none of its own; of no length: fresh
 */
record Start(NetworkSource network, float[] parameters, float[] updaterState, int iteration)
    implements Serializable {}
