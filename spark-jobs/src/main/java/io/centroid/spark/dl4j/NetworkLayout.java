package io.centroid.spark.dl4j;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parameter layout of a DL4J network that distinguishes running statistics, which the outer step
 * sets to the workers' mean, from trained parameters.
 */
final class NetworkLayout {
  private static final Set<String> STATISTICS = Set.of("mean", "var", "log10stdev");

  private NetworkLayout() {}

  static ParameterLayout of(Dl4jNetwork network) {
    long base = network.model().params().offset();
    List<Entry> statistics = new ArrayList<>();
    for (Layer layer : network.layers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        layer
            .paramTable()
            .forEach(
                (name, view) -> {
                  if (STATISTICS.contains(name)) {
                    statistics.add(entry(view, view.offset() - base));
                  }
                });
      }
    }
    statistics.sort(Comparator.comparingLong(Entry::offset));
    return withTheRest(statistics, network.model().params().length());
  }

  private static Entry entry(INDArray view, long offset) {
    return new Entry("statistic." + offset, List.of(view.length()), offset, Role.STATISTIC);
  }

  private static ParameterLayout withTheRest(List<Entry> statistics, long length) {
    List<Entry> entries = new ArrayList<>();
    long next = 0;
    for (Entry statistic : statistics) {
      addTrained(entries, next, statistic.offset());
      entries.add(statistic);
      next = statistic.offset() + statistic.size();
    }
    addTrained(entries, next, length);
    return new ParameterLayout(entries);
  }

  private static void addTrained(List<Entry> entries, long from, long to) {
    if (from < to) {
      entries.add(new Entry("trained." + from, List.of(to - from), from, Role.WEIGHT));
    }
  }
}
