package io.centroid.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.cli.report.ExportProgress;
import io.centroid.cli.report.Terminal;
import io.centroid.config.ByteSize;
import io.centroid.data.csv.TableSchema;
import io.centroid.encryption.ManifestSigner;
import io.centroid.error.ExitCode;
import io.centroid.error.InputErrors;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportRequest;
import io.centroid.export.ExportedModel;
import io.centroid.export.ModelExporter;
import io.centroid.export.WeightType;
import io.centroid.export.verify.Verification;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.storage.StoredFile;
import io.centroid.model.TrainedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code export} command: exports a trained model to the format of other software. */
@Command(
    name = "export",
    description = {
      "Export a trained model to the format of other software.",
      "onnx: model.onnx. Inputs are raw values (pixels 0..255); normalization is part of the graph."
          + " For GPT-2 also the tokenizer's files.",
      "huggingface: GPT-2 as config.json, model.safetensors and the tokenizer's files.",
      "dl4j: model.zip for DL4J's MultiLayerNetwork.load.",
      "torch-safetensors: model.safetensors with the tensor names and shapes of PyTorch modules.",
      "Before it is published, the export is loaded and its outputs are compared with the"
          + " model's, on the data that --data or --recorded-data names or on built-in digits, else"
          + " on random inputs; export.json contains the result."
    },
    footer = {
      "",
      "Example:",
      "  centroid export runs/digits-18e030dc --to onnx --out exports/digits"
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelLocation model;

  @Option(
      names = "--to",
      paramLabel = "onnx|huggingface|dl4j|torch-safetensors",
      required = true,
      converter = FormatConverter.class,
      description = "Export format.")
  private ExportFormat exportFormat;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Output folder, any Hadoop URI; published atomically.")
  private String out;

  @Option(
      names = "--encrypt",
      description =
          "onnx: encrypt the files with the key of --key or CENTROID_ENCRYPTION_KEY; serve decrypts"
              + " them.")
  private boolean encrypt;

  @Option(
      names = "--sign",
      paramLabel = "REF",
      description =
          "Sign the export with this private key: file:///PATH, env:NAME or credential:ALIAS.")
  private @Nullable String signingKey;

  @Option(names = "--overwrite", description = "Replace an existing export.")
  private boolean overwrite;

  @Option(
      names = "--cache",
      description =
          "onnx, language models: add a key-value cache as inputs and outputs, so that each token"
              + " is computed once.")
  private boolean cache;

  @Option(
      names = "--weights",
      paramLabel = "FORMAT",
      defaultValue = "fp32",
      description =
          "onnx: data type of the weights, fp32, fp16 or int8 (default: fp32). fp16 halves the"
              + " file; int8 quarters it and uses integer matrix multiplication. The loss of"
              + " accuracy is measured and reported.")
  private WeightType weights;

  @Mixin private DataOptions data;

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "huggingface: maximum size of each weights file, such as 512MiB.")
  private @Nullable String shard;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set leak.max-exposure, or a key of card for README.md, the model card; others are the"
              + " run's own.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  /** Parses the spelling of {@code export.json}. */
  static final class FormatConverter implements ITypeConverter<ExportFormat> {
    @Override
    public ExportFormat convert(String text) {
      for (ExportFormat format : ExportFormat.values()) {
        if (format.key().equals(text.toLowerCase(Locale.ROOT))) {
          return format;
        }
      }
      throw new TypeConversionException(
          "expected onnx, huggingface, dl4j or torch-safetensors, found " + text);
    }
  }

  @Override
  public Integer call() throws IOException {
    OptionalLong shardBytes =
        shard == null
            ? OptionalLong.empty()
            : OptionalLong.of(ByteSize.parse("--max-shard-size", shard, MEBIBYTE));
    Terminal terminal = centroid.terminal();
    HadoopFiles files = model.withKeys(new HadoopFiles(SiteConfiguration.load()));
    if (signingKey != null) {
      ManifestSigner unused = ManifestSigner.of("--sign", signingKey, files.configuration());
      files = files.with(Map.of(ManifestSigner.PROPERTY, signingKey));
    }
    TrainedModel trained = model.load(files, Centroid.ENGINES, terminal::note);
    ExportRequest request =
        ExportRequest.of(files, trained, files.path(out), exportFormat)
            .withCache(cache)
            .withWeights(weights)
            .withOverwrite(overwrite)
            .withEncrypted(encrypt)
            .withShardBytes(shardBytes)
            .withOverrides(overrides)
            .withData(data.choice(files, trained));
    ExportedModel exported;
    try (ExportProgress progress = new ExportProgress(terminal)) {
      exported = ModelExporter.export(request, progress);
    }
    PrintWriter printer = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = exported.description().tree();
      node.put("checkpoint", trained.path());
      node.put("out", exported.path().toString());
      printer.println(node);
    } else {
      print(printer, trained, exported);
    }
    return ExitCode.DONE;
  }

  private void print(PrintWriter out, TrainedModel trained, ExportedModel exported) {
    out.println(trained.path() + " written to " + exported.path());
    if (centroid.isVerbose()) {
      for (Map.Entry<String, StoredFile> file : exported.description().files().entrySet()) {
        out.printf(Locale.ROOT, "  %s, %,d bytes%n", file.getKey(), file.getValue().bytes());
      }
    }
    TableSchema table = trained.table();
    if (table != null) {
      out.println("Columns in the order of the inputs: " + table.inputOrder());
      out.println("Target: '" + InputErrors.oneLine(table.target()) + "'");
    }
    Verification found = exported.description().verification();
    out.printf(
        Locale.ROOT,
        "Compared on %s: maximum difference %.3g (tolerance %.3g)%s%n",
        found.source(),
        found.maxDifference(),
        found.tolerance(),
        found.agreement() == null
            ? ""
            : String.format(Locale.ROOT, ", same prediction %.2f %%", 100 * found.agreement()));
    List<String> changes = new ArrayList<>();
    for (String metric : List.of("accuracy", "perplexity", "meanAbsoluteError", "loss")) {
      Double before = found.before().get(metric);
      Double after = found.after().get(metric);
      if (before != null && after != null) {
        changes.add(String.format(Locale.ROOT, "%s %.4f -> %.4f", metric, before, after));
      }
    }
    if (!changes.isEmpty()) {
      out.println(String.join(", ", changes));
    }
  }
}
