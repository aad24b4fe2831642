package io.centroid.explain.picture;

import io.centroid.explain.picture.Figure.Anchor;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Plots of the contributions of features over many examples, as in Lundberg et al., "From local
 * explanations to global understanding with explainable AI for trees" (2020).
 *
 * @param features names of the features
 * @param importance mean absolute contribution of each feature
 */
public record ImportancePlot(List<String> features, double[] importance) {
  private static final int MOST_FEATURES = 20;
  private static final int LEAST_NAMES = 190;
  private static final int MOST_NAMES = 340;
  private static final int PLOT = 460;
  private static final int RIGHT = 90;
  private static final int TOP = 40;
  private static final int ROW = 26;
  private static final int BOTTOM = 44;
  private static final int GAP = 8;
  private static final int AXIS = 0xA3AEC0;
  private static final int POINT = 3;

  /** Height of a pile of points in a row, in points. */
  private static final int PILE = 7;

  /**
   * One explained example.
   *
   * @param contributions contribution of each feature
   * @param values value of each feature
   */
  public record Example(double[] contributions, double[] values) {}

  /** The features, those with the largest importance first; many are cut. */
  public int[] order() {
    return IntStream.range(0, importance.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -importance[i]))
        .limit(MOST_FEATURES)
        .mapToInt(i -> i)
        .toArray();
  }

  /** A bar for each feature. */
  public Figure bars(String title) {
    int[] order = order();
    int left = left(order);
    double limit = order.length == 0 ? 0 : importance[order[0]];
    Figure figure = frame(title, order, "mean absolute contribution");
    for (int row = 0; row < order.length; row++) {
      double length = limit == 0 ? 0 : PLOT * importance[order[row]] / limit;
      figure
          .rectangle(left, TOP + row * ROW + 4, length, ROW - 8, Diverging.BLUE)
          .text(
              left + length + 6,
              TOP + row * ROW + 17,
              Anchor.START,
              number(importance[order[row]]));
    }
    return figure.line(left, TOP, left, TOP + order.length * ROW, AXIS);
  }

  /**
   * A point for each example and feature at its contribution. The color is the value among those of
   * the feature: blue is the lowest, red the highest. Points at one place pile up.
   */
  public Figure beeswarm(String title, List<Example> examples) {
    int[] order = order();
    double limit =
        examples.stream()
            .flatMapToDouble(example -> DoubleStream.of(example.contributions()))
            .map(Math::abs)
            .max()
            .orElse(0);
    Figure figure = frame(title, order, "contribution; color: value, blue low, red high");
    int left = left(order);
    double zero = left + PLOT / 2.0;
    int end = TOP + order.length * ROW;
    figure
        .line(zero, TOP, zero, end, AXIS)
        .text(left, end + 16, Anchor.START, number(-limit))
        .text(zero, end + 16, Anchor.MIDDLE, "0")
        .text(left + PLOT, end + 16, Anchor.END, number(limit));
    for (int row = 0; row < order.length; row++) {
      points(figure, order[row], TOP + row * ROW + ROW / 2.0, zero, limit, examples);
    }
    return figure;
  }

  private static void points(
      Figure figure,
      int feature,
      double middle,
      double zero,
      double limit,
      List<Example> examples) {
    double[] sorted =
        examples.stream().mapToDouble(example -> example.values()[feature]).sorted().toArray();
    int[] piles = new int[PLOT + 1];
    for (Example example : examples) {
      double contribution = example.contributions()[feature];
      double x = limit == 0 ? zero : zero + PLOT / 2.0 * contribution / limit;
      int pile = (int) Math.max(0, Math.min(PLOT, x - (zero - PLOT / 2.0))) / POINT;
      int place = piles[pile]++ % (2 * PILE);
      // 0, 1, -1, 2, -2 ... points from the middle of the row.
      double y = middle + (place % 2 == 0 ? -1 : 1) * ((place + 1) / 2) * ((ROW - 8.0) / 2 / PILE);
      figure.circle(x, y, POINT - 0.5, color(example.values()[feature], sorted));
    }
  }

  /** The color of a value by its rank, so that an outlier does not hide the others. */
  private static int color(double value, double[] sorted) {
    long below = DoubleStream.of(sorted).filter(other -> other < value).count();
    long equal = DoubleStream.of(sorted).filter(other -> other == value).count();
    double rank = sorted.length < 2 ? 0.5 : (below + (equal - 1) / 2.0) / (sorted.length - 1);
    return Diverging.mix(Diverging.BLUE, Diverging.RED, Math.max(0, Math.min(1, rank)));
  }

  private Figure frame(String title, int[] order, String axis) {
    int height = TOP + order.length * ROW + BOTTOM;
    int left = left(order);
    int width = left + PLOT + RIGHT;
    String columns =
        order.length < features.size()
            ? ", " + order.length + " of " + features.size() + " columns"
            : "";
    Figure figure = new Figure(width, height);
    figure.text(
        GAP,
        24,
        Anchor.START,
        Figure.shortened(title, width - 2 * GAP - Figure.width(columns)) + columns);
    figure.text(left + PLOT / 2.0, height - 8, Anchor.MIDDLE, axis);
    for (int row = 0; row < order.length; row++) {
      figure.text(
          left - GAP,
          TOP + row * ROW + 17,
          Anchor.END,
          Figure.shortened(features.get(order[row]), left - 2 * GAP));
    }
    return figure;
  }

  /** Left end of the plot, which leaves room for the names of the features. */
  private int left(int[] order) {
    double widest =
        IntStream.of(order).mapToDouble(i -> Figure.width(features.get(i))).max().orElse(0);
    return (int) Math.max(LEAST_NAMES, Math.min(MOST_NAMES, Math.ceil(widest) + 2 * GAP));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
