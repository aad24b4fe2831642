package io.centroid.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cli.options.KeyOptions;
import io.centroid.cli.report.RegistryReport;
import io.centroid.config.RunConfig;
import io.centroid.data.csv.TableSchema;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.leak.ModelFiles;
import io.centroid.model.DataJson;
import io.centroid.model.TrainedModel;
import io.centroid.registry.AliasConflictException;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.Aliases;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.RegistryReference;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionDraft;
import io.centroid.registry.VersionProvenance;
import io.centroid.retrain.PromotionGate;
import io.centroid.retrain.RunProvenance;
import io.centroid.retrain.VersionTracking;
import io.centroid.security.SecretKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code registry} command: manages model versions and aliases. */
@Command(
    name = "registry",
    description = "List, show, register, promote, roll back and verify model versions.",
    footer = {"", "Example:", "  centroid registry list --model digits"},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "list|show|register|promote|rollback|history|verify")
final class RegistryCommand implements Runnable {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Option(
      names = "--registry",
      paramLabel = "URI",
      defaultValue = "registry",
      scope = ScopeType.INHERIT,
      description = "Root folder of the registry, any Hadoop URI (default: ${DEFAULT-VALUE}).")
  private String root;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Name of the model.")
  private @Nullable String model;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print one JSON object on standard output.")
  private boolean json;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      description =
          "Set report.mlflow.uri or report.mlflow.token: MLflow's registry follows register, promote"
              + " and rollback; or leak.max-exposure, which every move of an alias must pass.")
  private List<String> overrides = new ArrayList<>();

  private @Nullable HadoopFiles opened;

  /** Opened when a command needs it: this object exists in every process. */
  private HadoopFiles files() {
    if (opened == null) {
      opened = new HadoopFiles(SiteConfiguration.load());
    }
    return opened;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "registry needs one of list, show, register, promote, rollback, history, verify");
  }

  @Command(
      description = "List the versions of a model; without --model, list the models.",
      footer = {"", "Example:", "  centroid registry list --model digits"},
      mixinStandardHelpOptions = true)
  int list() throws IOException {
    if (model == null) {
      List<String> models = ModelRegistry.models(files(), root);
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      models.forEach(node.putArray("models")::add);
      print(node, models);
      return ExitCode.DONE;
    }
    ModelRegistry registry = registry();
    Map<String, AliasRecord.Target> aliases = registry.aliases().all();
    List<String> lines = new ArrayList<>();
    ObjectNode node = RegistryReport.aliases(model, aliases);
    ArrayNode versions = node.putArray("versions");
    for (StoredVersion version : registry.versions()) {
      versions.add(RegistryReport.json(version, aliases));
      lines.add(RegistryReport.line(version, aliases));
    }
    print(node, lines.isEmpty() ? List.of("no versions of " + model) : lines);
    return ExitCode.DONE;
  }

  @Command(
      description = "Show the provenance, metrics and files of a version.",
      footer = {"", "Example:", "  centroid registry show champion --model digits"},
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "VERSION|ALIAS", description = "Version number or alias.")
          String which)
      throws IOException {
    ModelRegistry registry = registry();
    StoredVersion version = registry.resolve(which);
    Map<String, AliasRecord.Target> aliases = registry.aliases().all();
    TableSchema table = table(version.checkpoint());
    print(
        RegistryReport.full(version, aliases, table),
        RegistryReport.lines(version, aliases, table));
    return ExitCode.DONE;
  }

  @Command(
      description = "Register a checkpoint, and exports of it, as the next version.",
      footer = {"", "Example:", "  centroid registry register runs/digits-18e030dc --model digits"},
      mixinStandardHelpOptions = true)
  int register(
      @Parameters(
              paramLabel = "MODEL",
              description =
                  "Checkpoint folder, run folder (uses its newest checkpoint), any Hadoop URI; or"
                      + " registry:ROOT/MODEL@ALIAS, or registry:ROOT/MODEL@VERSION.")
          String from,
      @Option(
              names = "--export",
              paramLabel = "NAME=FOLDER",
              description = "Export folder to include, which servers load; repeatable.")
          @Nullable Map<String, String> exports,
      @Option(names = "--alias", description = "Alias to move to the new version.")
          @Nullable String alias,
      @Mixin KeyOptions keys)
      throws IOException {
    HadoopFiles files = keys.addTo(files());
    String folder = RegistryReference.checkpoint(files, from, centroid.terminal()::note);
    TrainedModel trained = TrainedModel.load(files, folder, false, Centroid.ENGINES);
    Path checkpoint = files.path(trained.path());
    Map<String, Path> folders = new LinkedHashMap<>();
    if (exports != null) {
      exports.forEach((name, export) -> folders.put(name, files.path(export)));
    }
    if (TrustedKeys.configured(files.configuration()).isRequired()) {
      for (Path export : folders.values()) {
        ExportDescription unused = ExportDescription.read(files, export); // Checks its signature.
      }
    }
    ModelRegistry registry = registry();
    VersionTracking tracking = tracking();
    VersionProvenance provenance = RunProvenance.of(checkpoint, files().configuration());
    if (alias != null) {
      // Before anything is registered.
      PromotionGate.require(files(), checkpoint, provenance, limits());
    }
    StoredVersion version =
        registry.register(
            new VersionDraft(
                "registered " + checkpoint + " " + UUID.randomUUID(),
                provenance,
                checkpoint,
                folders,
                ModelFiles.of(files(), checkpoint.toString()).kept()));
    tracking.registered(version);
    if (alias != null) {
      registry.aliases().move(alias, version.number(), "registered");
      tracking.moved(registry.model(), alias, version.number());
    }
    print(
        RegistryReport.full(version, registry.aliases().all(), trained.table()),
        List.of(version + " registered" + (alias == null ? "" : " as " + alias)));
    return ExitCode.DONE;
  }

  @Command(
      description = "Move an alias to a version, atomically.",
      footer = {"", "Example:", "  centroid registry promote 7 --model digits --reason 'A/B test'"},
      mixinStandardHelpOptions = true)
  int promote(
      @Parameters(paramLabel = "VERSION|ALIAS", description = "Version number or alias.")
          String which,
      @Option(
              names = "--alias",
              defaultValue = Aliases.CHAMPION,
              description = "Alias to move (default: ${DEFAULT-VALUE}).")
          String alias,
      @Option(
              names = "--expect",
              paramLabel = "VERSION",
              description =
                  "Compare-and-set: move the alias only if it currently points to this version; 0:"
                      + " to none.")
          @Nullable Integer expected,
      @Option(
              names = "--reason",
              defaultValue = "manual",
              description = "Reason, recorded in the alias history (default: ${DEFAULT-VALUE}).")
          String reason)
      throws IOException {
    ModelRegistry registry = registry();
    VersionTracking tracking = tracking();
    int version = registry.resolve(which).number();
    Aliases aliases = registry.aliases();
    if (expected == null) {
      aliases.move(alias, version, reason);
    } else {
      Optional<AliasRecord.Target> now = aliases.current(alias);
      int there = now.map(AliasRecord.Target::version).orElse(0);
      if (there != expected) {
        throw new AliasConflictException(
            "%s points to %s, expected version %s"
                .formatted(alias, there == 0 ? "no version" : "version " + there, expected));
      }
      aliases.move(alias, version, now.map(AliasRecord.Target::since).orElse(0L), reason);
    }
    return moved(registry, alias, tracking);
  }

  @Command(
      description = "Move an alias back to its previous version.",
      footer = {"", "Example:", "  centroid registry rollback --model digits"},
      mixinStandardHelpOptions = true)
  int rollback(
      @Option(
              names = "--alias",
              defaultValue = Aliases.CHAMPION,
              description = "Alias to move (default: ${DEFAULT-VALUE}).")
          String alias,
      @Option(
              names = "--reason",
              defaultValue = "manual",
              description = "Reason, recorded in the alias history (default: ${DEFAULT-VALUE}).")
          String reason)
      throws IOException {
    ModelRegistry registry = registry();
    VersionTracking tracking = tracking();
    registry.aliases().rollback(alias, reason);
    return moved(registry, alias, tracking);
  }

  @Command(
      description = "Show the alias history, including removed versions.",
      footer = {"", "Example:", "  centroid registry history --model digits --alias champion"},
      mixinStandardHelpOptions = true)
  int history(
      @Option(names = "--alias", description = "Show only this alias.") @Nullable String alias)
      throws IOException {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("model", model);
    ArrayNode records = node.putArray("records");
    List<String> lines = new ArrayList<>();
    for (AliasRecord record : registry().aliases().history()) {
      if (alias == null || record.change().moves(alias)) {
        records.add(RegistryReport.json(record));
        lines.add(RegistryReport.line(record));
      }
    }
    print(node, lines);
    return ExitCode.DONE;
  }

  @Command(
      description = "Verify the SHA-256 of every file of the versions.",
      footer = {"", "Example:", "  centroid registry verify --model digits"},
      mixinStandardHelpOptions = true)
  int verify(
      @Parameters(
              arity = "0..1",
              paramLabel = "VERSION|ALIAS",
              description = "Version number or alias (default: all versions and the alias log).")
          @Nullable String which)
      throws IOException {
    ModelRegistry registry = registry();
    List<StoredVersion> versions =
        which == null ? registry.versions() : List.of(registry.resolve(which));
    if (which == null) {
      registry.aliases().history();
      for (AliasRecord.Target target : registry.aliases().all().values()) {
        registry.version(target.version());
      }
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("model", model);
    ArrayNode all = node.putArray("versions");
    List<String> lines = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (StoredVersion version : versions) {
      List<String> found = version.verify();
      problems.addAll(found);
      ObjectNode one = all.addObject().put("version", version.number());
      one.put("files", version.record().files().size()).put("intact", found.isEmpty());
      found.forEach(one.putArray("problems")::add);
      lines.add(RegistryReport.verified(version, found));
      found.forEach(problem -> lines.add("  " + problem));
    }
    print(node.put("intact", problems.isEmpty()), lines);
    if (!problems.isEmpty()) {
      throw new InputException(
          problems.get(0)
              + (problems.size() == 1 ? "" : ", and " + (problems.size() - 1) + " more"));
    }
    return ExitCode.DONE;
  }

  /** Read from the manifest alone: the engine of a program's network is not here. */
  private @Nullable TableSchema table(Path checkpoint) throws IOException {
    StoredCheckpoint opened = CheckpointStore.openUnverified(checkpoint, files().configuration());
    return DataJson.read(checkpoint, opened.manifest()).table();
  }

  private int moved(ModelRegistry registry, String alias, VersionTracking tracking)
      throws IOException {
    AliasRecord.Target now = registry.aliases().current(alias).orElseThrow();
    tracking.moved(registry.model(), alias, now.version());
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("model", registry.model()).put("alias", alias);
    node.put("version", now.version()).put("record", now.since());
    print(node, List.of("%s of %s is version %s".formatted(alias, model, now.version())));
    return ExitCode.DONE;
  }

  private ModelRegistry registry() throws IOException {
    if (model == null) {
      throw new ParameterException(spec.commandLine(), "registry needs --model NAME");
    }
    return PromotionGate.registry(files(), root, model, limits());
  }

  /**
   * MLflow's registry.
   *
   * @throws InputException if {@code --set} sets another key than those of MLflow
   */
  private VersionTracking tracking() {
    for (String override : overrides) {
      if (!override.strip().startsWith("report.mlflow.") && !isLimit(override)) {
        throw new InputException(
            "registry --set takes report.mlflow.uri, report.mlflow.token and leak.max-exposure"
                + " only: "
                + SecretKeys.redacted(override));
      }
    }
    return VersionTracking.of(
        RunConfig.load(null, overrides).report().mlflow(), files(), centroid.terminal()::note);
  }

  private static boolean isLimit(String override) {
    return override.strip().startsWith("leak.max-exposure");
  }

  private List<String> limits() {
    return overrides.stream().filter(RegistryCommand::isLimit).toList();
  }

  private void print(ObjectNode node, List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(node);
    } else {
      lines.forEach(out::println);
    }
  }
}
