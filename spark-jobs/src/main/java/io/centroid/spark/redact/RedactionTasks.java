package io.centroid.spark.redact;

import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextFile;
import io.centroid.data.documents.TextReader;
import io.centroid.data.documents.TextSlice;
import io.centroid.data.documents.TextTask;
import io.centroid.encryption.FileCipher;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.Damage;
import io.centroid.io.decoding.FileHead;
import io.centroid.redact.table.CsvTable;
import io.centroid.redact.table.TableRedactor;
import io.centroid.spark.redact.RedactionInputs.Input;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a redaction do on executors. The first tasks are those of the text's plan, each
 * of the others redacts one table. Each attempt writes files with unique names and renames them at
 * the end, so concurrent attempts are safe.
 *
 * @param text text of the corpus; null if there are only tables.
 * @param texts files of the text, in the order of its plan
 * @param tables tables
 * @param files access to the file system
 * @param encoding name of the charset of tables without a byte-order mark
 * @param staging staging folder of the output
 * @param policy policy with its key
 * @param sampleSize number of documents of the review sample; 0 for none
 * @param sampleCipher encryption of the review sample
 */
record RedactionTasks(
    @Nullable Text text,
    List<Input> texts,
    List<Input> tables,
    HadoopFiles files,
    String encoding,
    Staging staging,
    RedactionPolicy policy,
    int sampleSize,
    FileCipher sampleCipher)
    implements Serializable {
  private static final String PARTS = "_parts";

  RedactionTasks {
    texts = List.copyOf(texts);
    tables = List.copyOf(tables);
  }

  /** Number of tasks. */
  int count() {
    return (text == null ? 0 : text.plan().tasks().size()) + tables.size();
  }

  /**
   * Runs a task.
   *
   * @param attempt unique name of the attempt
   * @param canceled polled between documents; true aborts the attempt with an exception
   * @throws InputException if the input is damaged
   */
  Outcome run(int task, String attempt, BooleanSupplier canceled) {
    int ofText = text == null ? 0 : text.plan().tasks().size();
    Sampler sampler = new Sampler(sampleSize);
    try {
      Outcome outcome =
          task < ofText && text != null
              ? texts(text, text.plan().tasks().get(task), attempt, canceled, sampler)
              : table(tables.get(task - ofText), attempt, canceled, sampler);
      if (sampleSize > 0) {
        try (OutputPart part =
            new OutputPart(staging, samplePart(task), attempt + "-sample", false)) {
          part.write(sampler.sealed(sampleCipher));
          part.publish();
        }
      }
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(staging.folder() + ": " + e.getMessage(), e);
    }
  }

  /** Name of the output of a slice: that of its file, or of a part of it. */
  static String name(TextFile file, TextSlice slice, String whole) {
    return isWhole(file, slice)
        ? whole
        : String.format(Locale.ROOT, "%s/%07d-%020d", PARTS, slice.file(), slice.from());
  }

  /** Name of the review sample of a task. */
  static String samplePart(int task) {
    return String.format(Locale.ROOT, "%s/sample-%07d", PARTS, task);
  }

  /** Folder of the parts below the staging folder. */
  static String parts() {
    return PARTS;
  }

  static boolean isWhole(TextFile file, TextSlice slice) {
    return slice.from() == 0 && slice.to() >= file.length();
  }

  private Outcome texts(
      Text all, TextTask task, String attempt, BooleanSupplier canceled, Sampler sampler)
      throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < task.slices().size(); i++) {
      TextSlice slice = task.slices().get(i);
      Input input = texts.get(slice.file());
      String name = name(input.file(), slice, input.name());
      TextTask one = new TextTask(task.number(), List.of(slice));
      try (OutputPart part = new OutputPart(staging, name, attempt + "-" + i, input.isGzip());
          TextReader reader = new TextReader(files, all.plan(), all.options(), one)) {
        RedactedDocuments redacted =
            new RedactedDocuments(
                input.file().path(),
                input.name(),
                input.file().kind() == DocumentKind.JSONL,
                policy.edits(),
                sampler,
                canceled,
                part::write);
        boolean more = true;
        while (more) {
          more = reader.next(redacted);
        }
        boolean none = input.file().kind() == DocumentKind.FILE && redacted.hasDropped();
        if (!none) {
          part.publish();
        }
        outcomes.add(redacted.outcome(reader.replaced()));
      }
    }
    return Outcome.sum(outcomes);
  }

  private Outcome table(Input input, String attempt, BooleanSupplier canceled, Sampler sampler)
      throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    long rows = 0;
    long dropped = 0;
    try (CsvTable table = open(input);
        OutputPart part = new OutputPart(staging, input.name(), attempt, input.isGzip())) {
      TableRedactor redactor =
          new TableRedactor(
              policy.tables(),
              policy.key(),
              table.header(),
              (column, cell) -> policy.edits().edit(column, cell, counts));
      part.write(
          CsvTable.line(
              table.delimiter(), redactor.header(), kept(redactor, table.headerQuotes())));
      List<String> row = table.next();
      while (row != null) {
        if (canceled.getAsBoolean()) {
          throw new IllegalStateException("canceled");
        }
        Optional<List<String>> redacted = redacted(redactor, table, row);
        String line = null;
        if (redacted.isPresent()) {
          line = CsvTable.line(table.delimiter(), redacted.get(), kept(redactor, table.quotes()));
          part.write(line);
        } else {
          dropped++;
        }
        if (sampleSize > 0) {
          String before = CsvTable.line(table.delimiter(), row, table.quotes());
          sampler.offer(input.name(), rows, before, line);
        }
        rows++;
        row = table.next();
      }
      part.publish();
      return new Outcome(rows, dropped, 0, counts);
    }
  }

  private static Optional<List<String>> redacted(
      TableRedactor redactor, CsvTable table, List<String> row) {
    try {
      return redactor.row(row);
    } catch (InputException e) {
      throw table.error(String.valueOf(e.getMessage()));
    }
  }

  private static List<Boolean> kept(TableRedactor redactor, List<Boolean> quotes) {
    List<Boolean> kept = new ArrayList<>();
    for (int i = 0; i < quotes.size(); i++) {
      if (redactor.keeps(i)) {
        kept.add(quotes.get(i));
      }
    }
    return kept;
  }

  /** A table of the input. */
  CsvTable open(Input table) throws IOException {
    String path = table.file().path();
    return open(path, files.path(path), Charset.forName(encoding));
  }

  /** A table of the output. */
  CsvTable written(String name) throws IOException {
    return open(name, staging.path(name), StandardCharsets.UTF_8);
  }

  private CsvTable open(String name, Path path, Charset charset) throws IOException {
    InputStream stored = files.open(path);
    try {
      return new CsvTable(name, FileHead.decode(name, stored, charset, Damage.REJECTED).stream());
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }
}
