package io.centroid.train.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.InputShape;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaPoolTest {
  private final ReplicaPool<NetworkSpec, Replica> pool =
      new ReplicaPool<>(spec -> new Replica(spec.newLearner(), ""), Replica::close);

  @Test
  void replicasAreReusedUntilTheirNetworkIsEvicted() {
    Replica used = used(3);
    Replica second = pool.call(network(3), first -> used(3));
    assertThat(second).isNotSameAs(used);
    used(4);
    assertThat(used(3)).isSameAs(used);
    used(4);
    used(5);
    assertThat(used(3)).isNotSameAs(used);
    assertClosed(used);
    assertClosed(second);
  }

  @Test
  void closingClosesIdleReplicasAndLaterThoseInUse() {
    Replica idle = pool.call(network(3), replica -> used(3));
    Replica inUse =
        pool.call(
            network(3),
            replica -> {
              pool.close();
              assertClosed(idle);
              replica.learner().parameters().load(new float[3 * 4 + 3 + 2 * 3 + 2]);
              return replica;
            });
    assertClosed(inUse);
    pool.close();
    assertClosed(used(3));
  }

  @Test
  void aReplicaIsClosedAfterAFailure() {
    Replica sound = used(3);
    assertThatThrownBy(
            () ->
                pool.call(
                    network(3),
                    replica -> {
                      assertThat(replica).isSameAs(sound);
                      throw new IllegalStateException("inside");
                    }))
        .hasMessage("inside");
    assertClosed(sound);
    assertThat(used(3)).isNotSameAs(sound);
  }

  /** The replica that is borrowed next; it is idle afterwards. */
  private Replica used(int hidden) {
    return pool.call(network(hidden), replica -> replica);
  }

  private static void assertClosed(Replica replica) {
    assertThatThrownBy(() -> replica.learner().parameters().store(new float[23]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the vector of 23 values is closed");
  }

  private static NetworkSpec network(int hidden) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(hidden), Activation.RELU),
        new InputShape(1, 1, 4),
        2,
        Loss.CROSS_ENTROPY,
        7);
  }
}
