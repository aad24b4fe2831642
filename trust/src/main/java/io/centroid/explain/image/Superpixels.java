package io.centroid.explain.image;

import io.centroid.data.InputShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * SLIC: k-means of pixels by color and position, in which a center competes for the pixels of its
 * neighborhood alone. Small connected parts are merged into neighbors afterwards.
 */
final class Superpixels {
  private static final int ITERATIONS = 10;

  private final InputShape shape;
  private final float[] image;
  private final int pixels;
  private final double step;

  /** Weight of a squared distance of pixels against a squared distance of colors. */
  private final double spatialWeight;

  /**
   * Creates the clustering.
   *
   * @param image values, channel by channel
   * @param count approximate number of superpixels
   * @param compactness weight of the distance of pixels against that of colors, relative to the
   *     image's range of values
   */
  Superpixels(InputShape shape, float[] image, int count, double compactness) {
    this.shape = shape;
    this.image = image;
    this.pixels = shape.height() * shape.width();
    this.step = Math.max(1, Math.sqrt((double) pixels / count));
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : image) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double range = most > least ? (double) most - least : 1;
    double scale = compactness * range / step;
    this.spatialWeight = scale * scale * shape.channels();
  }

  /** Label of each pixel; labels are consecutive from 0, each is connected. */
  int[] labels() {
    double[][] centers = grid();
    int[] labels = new int[pixels];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      assign(centers, labels);
      update(centers, labels);
    }
    return connected(labels);
  }

  /** Centers as y, x and the color's channels. */
  private double[][] grid() {
    int down = Math.max(1, (int) Math.round(shape.height() / step));
    int across = Math.max(1, (int) Math.round(shape.width() / step));
    double[][] centers = new double[down * across][2 + shape.channels()];
    for (int i = 0; i < centers.length; i++) {
      double y = (i / across + 0.5) * shape.height() / down - 0.5;
      double x = (i % across + 0.5) * shape.width() / across - 0.5;
      centers[i][0] = y;
      centers[i][1] = x;
      int pixel = (int) Math.round(y) * shape.width() + (int) Math.round(x);
      for (int channel = 0; channel < shape.channels(); channel++) {
        centers[i][2 + channel] = color(Math.min(pixel, pixels - 1), channel);
      }
    }
    return centers;
  }

  private void assign(double[][] centers, int[] labels) {
    double[] nearest = new double[pixels];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int reach = (int) Math.ceil(2 * step);
    for (int label = 0; label < centers.length; label++) {
      double[] center = centers[label];
      int top = Math.max(0, (int) center[0] - reach);
      int left = Math.max(0, (int) center[1] - reach);
      for (int y = top; y <= Math.min(shape.height() - 1, (int) center[0] + reach); y++) {
        for (int x = left; x <= Math.min(shape.width() - 1, (int) center[1] + reach); x++) {
          int pixel = y * shape.width() + x;
          double distance = distance(center, pixel);
          if (distance < nearest[pixel]) {
            nearest[pixel] = distance;
            labels[pixel] = label;
          }
        }
      }
    }
  }

  private double distance(double[] center, int pixel) {
    double dy = (double) (pixel / shape.width()) - center[0];
    double dx = (double) (pixel % shape.width()) - center[1];
    double distance = spatialWeight * (dy * dy + dx * dx);
    for (int channel = 0; channel < shape.channels(); channel++) {
      double difference = color(pixel, channel) - center[2 + channel];
      distance += difference * difference;
    }
    return distance;
  }

  private void update(double[][] centers, int[] labels) {
    double[][] sums = new double[centers.length][2 + shape.channels()];
    int[] counts = new int[centers.length];
    for (int pixel = 0; pixel < pixels; pixel++) {
      double[] sum = sums[labels[pixel]];
      counts[labels[pixel]]++;
      sum[0] += pixel / shape.width();
      sum[1] += pixel % shape.width();
      for (int channel = 0; channel < shape.channels(); channel++) {
        sum[2 + channel] += color(pixel, channel);
      }
    }
    for (int label = 0; label < centers.length; label++) {
      // A center that lost all its pixels stays where it is.
      for (int i = 0; counts[label] > 0 && i < sums[label].length; i++) {
        centers[label][i] = sums[label][i] / counts[label];
      }
    }
  }

  /**
   * Relabels connected parts; one below a quarter of the usual size joins the neighbor whose mean
   * color is nearest.
   */
  private int[] connected(int[] labels) {
    int[] parts = new int[pixels];
    Arrays.fill(parts, -1);
    List<List<Integer>> members = new ArrayList<>();
    for (int pixel = 0; pixel < pixels; pixel++) {
      if (parts[pixel] < 0) {
        members.add(part(pixel, labels, parts, members.size()));
      }
    }
    double least = step * step / 4;
    for (List<Integer> part : members) {
      if (part.size() < least) {
        int joined = nearest(part, parts, members);
        part.forEach(pixel -> parts[pixel] = joined);
        members.get(joined).addAll(part);
      }
    }
    Map<Integer, Integer> numbers = new HashMap<>();
    return Arrays.stream(parts)
        .map(part -> numbers.computeIfAbsent(part, unused -> numbers.size()))
        .toArray();
  }

  /** Marks the connected pixels of equal label with a part's number, and returns them. */
  private List<Integer> part(int start, int[] labels, int[] parts, int number) {
    List<Integer> members = new ArrayList<>();
    members.add(start);
    parts[start] = number;
    for (int next = 0; next < members.size(); next++) {
      for (int neighbor : neighbors(members.get(next))) {
        if (parts[neighbor] < 0 && labels[neighbor] == labels[start]) {
          parts[neighbor] = number;
          members.add(neighbor);
        }
      }
    }
    return members;
  }

  private int nearest(List<Integer> part, int[] parts, List<List<Integer>> members) {
    int own = parts[part.get(0)];
    double[] color = meanColor(part);
    return part.stream()
        .flatMapToInt(pixel -> Arrays.stream(neighbors(pixel)).map(neighbor -> parts[neighbor]))
        .filter(other -> other != own)
        .distinct()
        .boxed()
        .min(Comparator.comparingDouble(other -> distance(color, meanColor(members.get(other)))))
        .orElseThrow();
  }

  private double[] meanColor(List<Integer> members) {
    double[] mean = new double[shape.channels()];
    for (int pixel : members) {
      for (int channel = 0; channel < mean.length; channel++) {
        mean[channel] += color(pixel, channel) / members.size();
      }
    }
    return mean;
  }

  private static double distance(double[] color, double[] other) {
    double distance = 0;
    for (int i = 0; i < color.length; i++) {
      distance += (color[i] - other[i]) * (color[i] - other[i]);
    }
    return distance;
  }

  private int[] neighbors(int pixel) {
    int x = pixel % shape.width();
    return IntStream.of(
            x > 0 ? pixel - 1 : -1,
            x < shape.width() - 1 ? pixel + 1 : -1,
            pixel - shape.width(),
            pixel + shape.width() < pixels ? pixel + shape.width() : -1)
        .filter(neighbor -> neighbor >= 0)
        .toArray();
  }

  private double color(int pixel, int channel) {
    return image[channel * pixels + pixel];
  }
}
