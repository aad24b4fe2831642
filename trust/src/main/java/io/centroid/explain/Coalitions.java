package io.centroid.explain;

import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs of a coalition and its complement with the weights of KernelSHAP (Lundberg and Lee, "A
 * unified approach to interpreting model predictions", 2017). Sizes from both ends are enumerated
 * while the number of samples permits; pairs of the other sizes are sampled, and share the weight
 * that is left.
 *
 * @param known the known features of one coalition of each pair, the one that has feature 0
 * @param weights weights of the pairs, which sum to 1
 * @param enumerated number of pairs that are enumerated; they are the first ones
 * @param draw weight of one draw of a sampled pair; pairs that are drawn repeatedly weigh more
 */
record Coalitions(List<BitSet> known, double[] weights, int enumerated, double draw) {

  /**
   * Selects pairs.
   *
   * @param features number of features, at least 2
   * @param samples number of coalitions, at least 2
   */
  static Coalitions of(int features, int samples, long seed) {
    int pairs = samples / 2;
    Map<BitSet, Double> chosen = new LinkedHashMap<>();
    double[] shares = shares(features);
    double left = 1;
    int size = 1;
    // A size is enumerated if at least as many samples as it has pairs would fall on it.
    while (size < shares.length) {
      double count = count(features, size);
      if ((pairs - chosen.size()) * shares[size] / left < count * (1 - 1e-8)) {
        break;
      }
      enumerate(features, size, shares[size] / count, chosen);
      left -= shares[size];
      size++;
    }
    int enumerated = chosen.size();
    double draw = 0;
    if (size < shares.length) {
      RandomStream random = new RandomStream(Seed.of(seed, Seed.Purpose.EXPLANATION));
      Map<BitSet, Integer> sampled = new LinkedHashMap<>();
      int draws = 0;
      // Pairs that are drawn again need no evaluation of the model, but must end.
      do {
        int drawn = size(size, shares, left, random);
        sampled.merge(withFirst(subset(features, drawn, random), features), 1, Integer::sum);
        draws++;
      } while (sampled.size() < pairs - enumerated && draws < 4 * samples);
      draw = left / draws;
      for (Map.Entry<BitSet, Integer> entry : sampled.entrySet()) {
        chosen.put(entry.getKey(), draw * entry.getValue());
      }
    }
    double[] weights = chosen.values().stream().mapToDouble(Double::doubleValue).toArray();
    return new Coalitions(List.copyOf(chosen.keySet()), weights, enumerated, draw);
  }

  /**
   * The smallest number of samples of which all coalitions of one feature are a part, so that they
   * determine the contributions whatever the seed.
   *
   * @param features number of features, at least 2
   */
  static int sufficientSamples(int features) {
    double pairs = count(features, 1) / shares(features)[1];
    return 2 * (int) Math.ceil(pairs * (1 - 1e-8));
  }

  /** The other coalition of a pair. */
  static BitSet complement(BitSet coalition, int features) {
    BitSet other = (BitSet) coalition.clone();
    other.flip(0, features);
    return other;
  }

  private static BitSet withFirst(BitSet coalition, int features) {
    return coalition.get(0) ? coalition : complement(coalition, features);
  }

  /**
   * The share of each size, together with the size of the complements, of the total weight: the
   * Shapley kernel times the number of coalitions is (n - 1) / (s (n - s)).
   */
  private static double[] shares(int features) {
    double[] shares = new double[features / 2 + 1];
    double sum = 0;
    for (int size = 1; size < shares.length; size++) {
      shares[size] = (2 * size < features ? 2.0 : 1.0) / ((double) size * (features - size));
      sum += shares[size];
    }
    for (int size = 1; size < shares.length; size++) {
      shares[size] /= sum;
    }
    return shares;
  }

  /** Number of pairs of a size. */
  private static double count(int features, int size) {
    double count = 2 * size < features ? 1 : 0.5;
    for (int i = 0; i < size; i++) {
      count = count * (features - i) / (i + 1);
    }
    return count;
  }

  private static void enumerate(int features, int size, double weight, Map<BitSet, Double> chosen) {
    int[] members = new int[size];
    for (int i = 0; i < size; i++) {
      members[i] = i;
    }
    int last = size - 1;
    while (last >= 0) {
      BitSet coalition = new BitSet(features);
      for (int member : members) {
        coalition.set(member);
      }
      chosen.put(withFirst(coalition, features), weight);
      last = size - 1;
      while (last >= 0 && members[last] == features - size + last) {
        last--;
      }
      if (last >= 0) {
        members[last]++;
        for (int i = last + 1; i < size; i++) {
          members[i] = members[i - 1] + 1;
        }
      }
    }
  }

  /** Draws a size from {@code smallest} on by the shares, which sum to {@code left}. */
  private static int size(int smallest, double[] shares, double left, RandomStream random) {
    int size = smallest;
    double at = random.nextDouble() * left;
    while (size < shares.length - 1 && at >= shares[size]) {
      at -= shares[size];
      size++;
    }
    return size;
  }

  private static BitSet subset(int features, int size, RandomStream random) {
    BitSet subset = new BitSet(features);
    for (int missing = size; missing > 0; ) {
      int feature = random.nextInt(features);
      if (!subset.get(feature)) {
        subset.set(feature);
        missing--;
      }
    }
    return subset;
  }
}
