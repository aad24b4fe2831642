package io.centroid.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.tensorboard.EventProto.DataClass;
import io.centroid.tensorboard.EventProto.DataType;
import io.centroid.tensorboard.EventProto.PrCurvePluginData;
import io.centroid.tensorboard.EventProto.Summary;
import io.centroid.tensorboard.EventProto.SummaryMetadata;
import io.centroid.tensorboard.EventProto.Tensor;
import io.centroid.tensorboard.EventProto.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The values of TensorBoard's plugins, in the form that each of them shows. */
final class Summaries {
  private Summaries() {}

  /** A number; TensorBoard keeps it in single precision. */
  static Summary.Value.Builder scalar(String tag, double value) {
    return Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value);
  }

  /** The description of a scalar, in Markdown, for its first value. */
  static SummaryMetadata described(String description) {
    return SummaryMetadata.newBuilder().setSummaryDescription(description).build();
  }

  /** A histogram as a tensor of shape (buckets, 3). */
  static Summary.Value histogram(String tag, String description, Histogram histogram) {
    double[] rows = histogram.rows();
    ByteBuffer bytes = littleEndian(rows.length * Double.BYTES);
    for (double number : rows) {
      bytes.putDouble(number);
    }
    Tensor.Builder tensor = numbers(DataType.DT_DOUBLE, bytes, rows.length / 3, 3);
    return value(tag, "histograms", DataClass.DATA_CLASS_TENSOR, description, tensor);
  }

  /** Text in Markdown. */
  static Summary.Value text(String tag, String description, String markdown) {
    Tensor.Builder tensor = strings(List.of(ByteString.copyFromUtf8(markdown)));
    return value(tag, "text", DataClass.DATA_CLASS_TENSOR, description, tensor);
  }

  /** A block of code in Markdown: nothing in the text is markup. */
  static String code(String text) {
    return "    " + text.replaceAll("\\R", "\n    ");
  }

  /** An image as a tensor of its width, its height and the PNG. */
  static Summary.Value image(String tag, String description, Png png) {
    Tensor.Builder tensor =
        strings(
            List.of(
                ByteString.copyFromUtf8(Integer.toString(png.width())),
                ByteString.copyFromUtf8(Integer.toString(png.height())),
                ByteString.copyFrom(png.bytes())));
    return value(tag, "images", DataClass.DATA_CLASS_BLOB_SEQUENCE, description, tensor);
  }

  /** A PNG file; width and height in pixels. */
  record Png(int width, int height, byte[] bytes) {}

  /**
   * The precision-recall curve of a class: true and false positives, true and false negatives,
   * precision and recall at each threshold from 0 to 1, as a tensor of shape (6, thresholds). An
   * example is predicted to be of the class if its probability is at least the threshold.
   */
  static Summary.Value precisionRecall(
      String tag, String displayName, ScoreCounts scores, int label) {
    int thresholds = ScoreCounts.BINS;
    long[][] counts = {
      fromTheTop(scores.positives()[label]), fromTheTop(scores.negatives()[label])
    };
    ByteBuffer bytes = littleEndian(6 * thresholds * Float.BYTES);
    for (int i = 0; i < thresholds; i++) {
      long truePositives = counts[0][i];
      long falsePositives = counts[1][i];
      bytes.putFloat(i * Float.BYTES, truePositives);
      bytes.putFloat((thresholds + i) * Float.BYTES, falsePositives);
      bytes.putFloat((2 * thresholds + i) * Float.BYTES, counts[1][0] - falsePositives);
      bytes.putFloat((3 * thresholds + i) * Float.BYTES, counts[0][0] - truePositives);
      bytes.putFloat(
          (4 * thresholds + i) * Float.BYTES, ratio(truePositives, truePositives + falsePositives));
      bytes.putFloat((5 * thresholds + i) * Float.BYTES, ratio(truePositives, counts[0][0]));
    }
    PrCurvePluginData content = PrCurvePluginData.newBuilder().setNumThresholds(thresholds).build();
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(
            metadata("pr_curves", DataClass.DATA_CLASS_TENSOR, content.toByteString())
                .setDisplayName(displayName))
        .setTensor(numbers(DataType.DT_FLOAT, bytes, 6, thresholds))
        .build();
  }

  /** Numbers of examples in a bin or above. */
  private static long[] fromTheTop(long[] bins) {
    long[] sums = bins.clone();
    for (int i = sums.length - 2; i >= 0; i--) {
      sums[i] += sums[i + 1];
    }
    return sums;
  }

  private static float ratio(long part, long whole) {
    return whole == 0 ? 0 : (float) ((double) part / whole);
  }

  /** Data of the HParams plugin, which is in the metadata; the tensor is empty. */
  static Summary.Value hyperparameters(String tag, MessageLite content) {
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(metadata("hparams", DataClass.DATA_CLASS_TENSOR, content.toByteString()))
        .setTensor(numbers(DataType.DT_FLOAT, littleEndian(0), 0))
        .build();
  }

  private static Summary.Value value(
      String tag, String plugin, DataClass kind, String description, Tensor.Builder tensor) {
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(metadata(plugin, kind, ByteString.EMPTY).setSummaryDescription(description))
        .setTensor(tensor)
        .build();
  }

  private static SummaryMetadata.Builder metadata(
      String plugin, DataClass kind, ByteString content) {
    return SummaryMetadata.newBuilder()
        .setPluginData(
            SummaryMetadata.PluginData.newBuilder().setPluginName(plugin).setContent(content))
        .setDataClass(kind);
  }

  private static Tensor.Builder numbers(DataType type, ByteBuffer bytes, int... shape) {
    return tensor(type, shape).setTensorContent(ByteString.copyFrom(bytes.array()));
  }

  private static Tensor.Builder strings(List<ByteString> strings) {
    return tensor(DataType.DT_STRING, strings.size()).addAllStringVal(strings);
  }

  private static Tensor.Builder tensor(DataType type, int... shape) {
    TensorShape.Builder sizes = TensorShape.newBuilder();
    for (int size : shape) {
      sizes.addDim(TensorShape.Dim.newBuilder().setSize(size));
    }
    return Tensor.newBuilder().setDtype(type).setTensorShape(sizes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
