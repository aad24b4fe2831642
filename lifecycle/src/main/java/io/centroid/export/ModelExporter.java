package io.centroid.export;

import io.centroid.card.ModelCard;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.data.csv.TableSchema;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.ManifestSigner;
import io.centroid.error.InputException;
import io.centroid.export.verify.Verification;
import io.centroid.export.verify.VerificationData;
import io.centroid.export.verify.VerificationException;
import io.centroid.export.verify.Verifier;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.StoredFile;
import io.centroid.leak.LeakGate;
import io.centroid.leak.ModelFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.LinearOutput;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.onnx.OnnxJar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/**
 * Exports trained models to other formats. The written files are read back and compared with the
 * model's own outputs before they are published. A failed export leaves no files.
 */
public final class ModelExporter {
  private ModelExporter() {}

  /**
   * Writes, verifies and publishes an export.
   *
   * @throws InputException if the format does not support the network, the folder exists, the data
   *     cannot be used, ONNX Runtime is missing, or the run's {@code leak.max-exposure} refuses it
   * @throws VerificationException if the outputs of the export differ from the model's
   */
  public static ExportedModel export(ExportRequest request, ExportListener listener)
      throws IOException {
    TrainedModel model = request.model();
    requireApplicable(request);
    if (request.format() == ExportFormat.ONNX) {
      OnnxJar.require();
    }
    float[] parameters = model.parameters();
    ModelFiles origin = ModelFiles.of(request.files(), model.path());
    String sha256 = FloatVector.sha256(parameters);
    LeakGate.of(origin, request.overrides()).require(sha256, "export");
    ModelCard card = ModelCard.of(origin, model, sha256, request.overrides());
    FormatWriter writer = writer(request, parameters);
    String marker =
        request.format() == ExportFormat.HUGGINGFACE ? Gpt2ConfigJson.FILE : ExportDescription.FILE;
    AtomicDirectory folder =
        AtomicDirectory.of(request.files(), request.out(), request.overwrite(), marker);
    VerificationData data = VerificationData.of(request, listener);
    AtomicReference<ExportedModel> exported = new AtomicReference<>();
    folder.write(
        request.overwrite(),
        target -> {
          listener.onNote("writing " + request.format() + " to " + folder.target());
          Plain verified =
              draft -> {
                writer.write(draft);
                Map<String, StoredFile> files = Map.copyOf(draft.files());
                listener.onWritten(draft.folder());
                Verification verification =
                    new Verifier(request, parameters, listener)
                        .verify(writer, draft.folder(), data);
                return describe(request, parameters, writer, files, verification);
              };
          ExportDescription description =
              request.encrypted()
                  ? EncryptedExport.write(request.files(), target, verified)
                  : verified.writeTo(target);
          Map<String, StoredFile> all = new TreeMap<>(description.files());
          all.put(ExportDescription.CARD, target.write(ExportDescription.CARD, card.toMarkdown()));
          ExportDescription complete = description.with(all, description.encryption());
          complete(request, target, complete.toJson());
          exported.set(new ExportedModel(folder.target(), complete));
        });
    return Objects.requireNonNull(exported.get(), "the export was written");
  }

  /** Writes and verifies the plain files of an export. */
  interface Plain {
    ExportDescription writeTo(AtomicDirectory.Draft draft) throws IOException;
  }

  /** Writes the description, and its signature if the configuration names a key for it. */
  private static void complete(ExportRequest request, AtomicDirectory.Draft target, byte[] json)
      throws IOException {
    Optional<ManifestSigner> signer = ManifestSigner.configured(request.files().configuration());
    if (signer.isPresent()) {
      Path file = new Path(target.folder(), ExportDescription.FILE);
      signer.get().sign(target.storage(), file, json);
    }
    target.write(ExportDescription.FILE, json);
  }

  private static void requireApplicable(ExportRequest request) {
    if (request.format() != ExportFormat.ONNX
        && (request.cache() || request.weights() != WeightType.FP32)) {
      throw new InputException("--cache and --weights apply to --to onnx only");
    }
    if (request.format() != ExportFormat.ONNX && request.encrypted()) {
      throw new InputException("--encrypt applies to --to onnx only, which serve reads");
    }
    if (request.format() != ExportFormat.HUGGINGFACE && request.shardBytes().isPresent()) {
      throw new InputException("--max-shard-size applies to --to huggingface only");
    }
    if (request.encrypted()) {
      EncryptionKey unused = EncryptedExport.key(request.files()); // Before the model is read.
    }
  }

  private static FormatWriter writer(ExportRequest request, float[] parameters) throws IOException {
    TrainedModel model = request.model();
    return switch (request.format()) {
      case ONNX -> new OnnxFormat(model, parameters, request, labels(model));
      case HUGGINGFACE -> new HuggingFaceFormat(model, request.shardBytes());
      case DL4J -> new Dl4jFormat(model, unscaled(model, parameters));
      case TORCH_SAFETENSORS -> new TorchFormat(model, unscaled(model, parameters));
    };
  }

  /**
   * The parameters of a network whose outputs need no scaling, for formats that cannot hold one:
   * its linear output layer predicts in the unit of the targets.
   */
  private static float[] unscaled(TrainedModel model, float[] parameters) {
    TargetScaling targets = model.normalization().targets();
    if (targets.equals(TargetScaling.NONE)) {
      return parameters;
    }
    float[] unscaled = parameters.clone();
    LinearOutput.of(model.network())
        .orElseThrow(
            () ->
                new InputException(
                    model.path()
                        + ": the output layer is not linear with a bias, so it cannot include the"
                        + " scaling of the targets; export to onnx, or train with"
                        + " data.target-normalization = none"))
        .rescale(unscaled, targets, TargetScaling.NONE);
    return unscaled;
  }

  private static ExportDescription describe(
      ExportRequest request,
      float[] parameters,
      FormatWriter writer,
      Map<String, StoredFile> files,
      Verification verification) {
    TrainedModel model = request.model();
    TableSchema table = model.table();
    return new ExportDescription(
        request.format(),
        request.weights(),
        request.cache(),
        model.network().architecture().name(),
        task(model.network()),
        new ExportDescription.Source(model.path(), FloatVector.sha256(parameters)),
        writer.inputs(),
        writer.outputs(),
        preprocessing(model, writer.preprocesses()),
        labels(model),
        table == null ? null : table.features(),
        table == null ? null : table.target(),
        files,
        verification,
        null);
  }

  private static ExportDescription.Preprocessing preprocessing(TrainedModel model, boolean inside) {
    if (model.network().architecture() instanceof Architecture.Gpt2) {
      return new ExportDescription.Preprocessing(inside, List.of(), List.of(), List.of());
    }
    InputShape shape = model.network().input();
    Normalization normalization = model.normalization();
    return new ExportDescription.Preprocessing(
        inside,
        List.of(shape.channels(), shape.height(), shape.width()),
        list(normalization.mean()),
        list(normalization.scale()));
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  public static Task task(NetworkSpec network) {
    if (network.architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return Task.LANGUAGE;
    }
    return network.loss().classifies() ? Task.CLASSIFICATION : Task.REGRESSION;
  }

  private static List<String> labels(TrainedModel model) {
    if (task(model.network()) != Task.CLASSIFICATION) {
      return List.of();
    }
    return model.classNames().isEmpty()
        ? IntStream.range(0, model.network().classes()).mapToObj(Integer::toString).toList()
        : model.classNames();
  }
}
