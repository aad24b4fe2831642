package io.centroid.spark.dl4j;

import io.centroid.dl4j.Nd4jLibrary;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Steps by the network's own fit and updater, whatever they are: masks, sequences, several inputs
 * and outputs, schedules and regularization are DL4J's.
 */
final class Dl4jTrainer implements LocalTrainer {
  private final Network network;
  // Some updaters do not start from zeros.
  private final float[] freshState;

  private Dl4jTrainer(Network network) {
    this.network = network;
    this.freshState = network.copyOfUpdaterState();
  }

  static Dl4jTrainer create(NetworkSource source) {
    Nd4jLibrary.prepare();
    return new Dl4jTrainer(Network.of(source));
  }

  @Override
  public void begin(float[] parameters, float[] updaterState, int iteration, int epoch) {
    network.parameters(parameters);
    network.updaterState(updaterState.length == 0 ? freshState : updaterState);
    network.iteration(iteration);
    network.epoch(epoch);
  }

  @Override
  public double step(MultiDataSet minibatch, long noiseSeed) {
    Nd4j.getRandom().setSeed(noiseSeed);
    network.fit(minibatch);
    return network.model().score();
  }

  @Override
  public float[] parameters() {
    return network.parameters();
  }

  @Override
  public float[] updaterState() {
    return network.copyOfUpdaterState();
  }

  @Override
  public int iteration() {
    return network.iteration();
  }
}
