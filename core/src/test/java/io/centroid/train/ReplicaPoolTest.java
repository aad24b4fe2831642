package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.InputShape;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.model.Loss;
import io.centroid.model.NetworkSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaPoolTest {

  @Test
  void aReplicaIsUsedAgainUntilOtherNetworksTookItsPlace() {
    Replica used = ReplicaPool.borrow(network(3));
    assertThat(ReplicaPool.borrow(network(3))).isNotSameAs(used);
    ReplicaPool.giveBack(network(3), used);
    ReplicaPool.giveBack(network(4), ReplicaPool.borrow(network(4)));
    assertThat(ReplicaPool.borrow(network(3))).isSameAs(used);
    ReplicaPool.giveBack(network(3), used);
    ReplicaPool.giveBack(network(4), ReplicaPool.borrow(network(4)));
    ReplicaPool.giveBack(network(5), ReplicaPool.borrow(network(5)));
    assertThat(ReplicaPool.borrow(network(3))).isNotSameAs(used);
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
