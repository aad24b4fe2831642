package io.centroid.card;

import static io.centroid.card.Markdown.code;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Snapshot;
import io.centroid.config.RunIdentity;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.io.Version;
import io.centroid.leak.Exposure;
import io.centroid.leak.LeakRecord;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.privacy.PrivacyGuarantee;
import io.centroid.run.data.DataProvenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The text of a model card. */
final class CardText {
  /** More classes are not shown one by one. */
  private static final int MOST_CLASSES = 200;

  private static final String SEED = "train.seed";

  private final CardContent content;
  private final CardMetadata metadata;
  private final Markdown text = new Markdown();

  CardText(CardContent content, CardMetadata metadata) {
    this.content = content;
    this.metadata = metadata;
  }

  Markdown write() {
    TrainedModel model = content.model();
    text.heading(1, code(metadata.name()));
    text.line(
        String.format(
            Locale.ROOT,
            "A network of the kind %s with %s for %s, trained by Centroid %s.",
            code(model.network().architecture().name()),
            outputs(),
            metadata.task(),
            code(Version.number())));
    text.line("").line("License: " + stated(content.settings().license()) + ".");
    data();
    metrics();
    groups();
    privacy();
    limits();
    provenance();
    return text;
  }

  private String outputs() {
    int outputs = content.model().network().outputs();
    return String.format(
        Locale.ROOT, isLanguage() ? "a vocabulary of %,d tokens" : "%,d outputs", outputs);
  }

  private boolean isLanguage() {
    return content.model().network().architecture() instanceof Architecture.Gpt2 gpt2
        && !gpt2.classifies();
  }

  private static String stated(String value) {
    return value.isEmpty() ? "not stated" : code(value);
  }

  private void data() {
    text.heading(2, "Training data").header("what", "value");
    text.row("name", code(metadata.dataName()));
    content
        .manifest()
        .map(Manifest::snapshot)
        .map(Snapshot::data)
        .ifPresent(
            data -> {
              if (content.privacy().isEmpty()) { // Else it is a keyed digest.
                text.row("SHA-256", code(data.path("sha256").asText()));
              }
              text.row("training examples", number(data.path("train")));
              text.row("validation examples", number(data.path("validation")));
            });
    Map<String, String> redaction = new TreeMap<>();
    content
        .provenance()
        .forEach(
            (key, value) -> {
              if (DataProvenance.isOfRedaction(key)) {
                redaction.put(key, value);
              } else {
                text.row(code(key), code(value));
              }
            });
    text.heading(3, "Personal data");
    if (redaction.isEmpty()) {
      text.line("There is no record of a redaction of the data.");
      return;
    }
    text.line("The data was redacted. The counts are of what was found and replaced.").line("");
    text.header("what", "value");
    redaction.forEach((key, value) -> text.row(code(key), code(value)));
  }

  private void metrics() {
    text.heading(2, "Metrics");
    Optional<Measured> measured = Measured.of(content);
    if (measured.isEmpty()) {
      text.line("There is no record of an evaluation of these parameters.");
      return;
    }
    text.line("On the " + measured.get().part() + " data of the run.").line("");
    text.header("metric", "value");
    measured.get().metrics().forEach((name, value) -> text.row(name, real(value)));
    measured.get().byClass().ifPresent(this::byClass);
  }

  private void byClass(Evaluation counts) {
    int classes = counts.confusion().length;
    text.heading(3, "By class");
    text.header("class", "examples", "precision", "recall", "F1");
    List<String> names = content.record().orElseThrow().classNames();
    for (int label = 0; label < Math.min(classes, MOST_CLASSES); label++) {
      text.row(
          code(label < names.size() ? names.get(label) : String.valueOf(label)),
          number(counts.support(label)),
          real(counts.precision(label)),
          real(counts.recall(label)),
          real(counts.f1(label)));
    }
    if (classes > MOST_CLASSES) {
      text.line("").line((classes - MOST_CLASSES) + " more classes are not shown.");
    }
  }

  private void groups() {
    if (content.groups().isEmpty()) {
      return;
    }
    GroupRecord record = content.groups().get();
    text.heading(2, "By group");
    text.line(
        String.format(
            Locale.ROOT,
            "On the %s data of %s. Groups of fewer than %d examples are merged, and have no metrics"
                + " if they are still too few; between small groups metrics differ by chance.",
            code(record.part()),
            code(record.data()),
            GroupMetrics.FEWEST));
    record.columns().forEach(this::byGroup);
  }

  private void byGroup(GroupMetrics by) {
    text.heading(3, "By " + code(by.column()));
    if (!by.positive().isEmpty()) {
      text.line("The positive class is " + code(by.positive()) + ".").line("");
    }
    List<String> header = new ArrayList<>(List.of("group", "examples"));
    header.addAll(by.names());
    text.header(header.toArray(String[]::new));
    for (GroupMetrics.Group group : by.rows()) {
      List<String> cells = new ArrayList<>(List.of(code(group.value()), number(group.examples())));
      by.names()
          .forEach(name -> cells.add(group.metric(name).map(CardText::real).orElse("not defined")));
      text.row(cells);
    }
    by.gap()
        .map(
            gap ->
                String.format(
                    Locale.ROOT,
                    "The %s is worst for %s (%s) and best for %s (%s), a gap of %s.",
                    gap.metric(),
                    code(gap.worst()),
                    real(gap.worstValue()),
                    code(gap.best()),
                    real(gap.bestValue()),
                    real(gap.size())))
        .ifPresent(line -> text.line("").line(line));
  }

  private void privacy() {
    text.heading(2, "Privacy");
    text.line(
        content.privacy().map(CardText::guarantee).orElse("Trained without differential privacy."));
    Optional<LeakRecord> leak = content.leak();
    if (leak.isEmpty()) {
      if (isLanguage()) {
        text.line("")
            .line("Memorization was not measured: there is no leak check of these parameters.");
      }
      return;
    }
    LeakRecord record = leak.get();
    text.line("");
    text.line(
        String.format(
            Locale.ROOT,
            "Leak check with planted canaries: the highest exposure is %.1f bits, the mean of"
                + " controls, which the model has not seen, is %.1f bits; at %.1f bits the model"
                + " prefers a canary to all others.",
            record.highest(),
            record.ofControls(),
            Exposure.MOST));
    text.line("").header("repetitions", "highest exposure in bits");
    Map<Integer, Double> byRepetitions = new TreeMap<>();
    record
        .exposures()
        .forEach(
            exposure -> byRepetitions.merge(exposure.repetitions(), exposure.bits(), Math::max));
    byRepetitions.forEach(
        (repetitions, bits) ->
            text.row(
                repetitions == 0 ? "none (controls)" : number(repetitions),
                String.format(Locale.ROOT, "%.1f", bits)));
  }

  private static String guarantee(PrivacyGuarantee privacy) {
    return String.format(
        Locale.ROOT,
        "Trained with differential privacy (DP-SGD) for single training examples: %s, with a"
            + " clipping norm of %s and a noise multiplier of %s.%s",
        privacy.description(),
        privacy.clipNorm(),
        privacy.noiseMultiplier(),
        privacy.secretNoise()
            ? ""
            : " The random numbers follow from the run's seed: the guarantee does not hold against"
                + " those who know it.");
  }

  private void limits() {
    text.heading(2, "Limits");
    content.settings().limits().forEach(limit -> text.line("- " + Markdown.sentence(limit)));
    Optional<Measured> measured = Measured.of(content);
    if (measured.isPresent() || content.groups().isPresent()) {
      text.line("- The metrics hold for data like that of the run; other data may differ.");
      text.line(
          content.groups().isPresent()
              ? "- It was not evaluated by other groups than those above."
              : measured.flatMap(Measured::byClass).isPresent()
                  ? "- Classes are the only groups by which it was evaluated."
                  : "- It was not evaluated by groups.");
    }
    if (content.result().map(result -> result.test().isEmpty()).orElse(true)) {
      text.line("- There is no record of a test on data that no choice was made on.");
    }
    if (content.leak().isPresent()) {
      text.line("- A low exposure of canaries does not prove that nothing else is memorized.");
    }
  }

  private void provenance() {
    text.heading(2, "Provenance").header("what", "value");
    text.row("parameters, SHA-256", code(content.parametersSha256()));
    if (content.manifest().isEmpty()) {
      return;
    }
    Manifest manifest = content.manifest().get();
    Snapshot snapshot = manifest.snapshot();
    text.row("written at", code(String.valueOf(manifest.writtenAt())));
    text.row("steps of each worker", number(manifest.step()));
    text.row("averaging rounds", number(manifest.round()));
    if (!isSecret(SEED)) {
      text.row("seed", code(String.valueOf(snapshot.seed())));
      // All other keys are known: with this hash, a seed can be found by trying.
      text.row("configuration, SHA-256", code(snapshot.configurationHash()));
    }
    new TreeMap<>(snapshot.versions())
        .forEach((name, version) -> text.row("version of " + code(name), code(version)));
    text.heading(3, "Configuration");
    text.line("The settings that determine the parameters and differ from Centroid's defaults.");
    text.line("");
    text.header("key", "value");
    Map<String, String> keys = new TreeMap<>();
    snapshot
        .training()
        .path("configuration")
        .fields()
        .forEachRemaining(entry -> keys.put(entry.getKey(), entry.getValue().asText()));
    keys.keySet().removeIf(this::isSecret);
    keys.entrySet().removeIf(key -> RunIdentity.isDefault(key.getKey(), key.getValue()));
    keys.forEach((key, value) -> text.row(code(key), code(value)));
  }

  /** A seed from which the Gaussian noise follows must not be published. */
  private boolean isSecret(String key) {
    return key.equals(SEED) && content.hidesSeed();
  }

  private static String number(JsonNode value) {
    return number(value.asLong());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String real(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
