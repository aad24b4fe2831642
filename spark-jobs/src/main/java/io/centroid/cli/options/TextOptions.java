package io.centroid.cli.options;

import io.centroid.config.ByteSize;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.decoding.TextEncoding;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that read text. */
public final class TextOptions {
  @Option(
      names = "--documents",
      paramLabel = "KIND",
      description =
          "Unit of a document: file, line (blank lines are skipped), or jsonl (each JSON object of a"
              + " JSON Lines file). Default: jsonl for files that are JSON Lines by name (.jsonl,"
              + " .ndjson) or content, else file.")
  private @Nullable DocumentKind documents;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      defaultValue = "utf-8",
      description = {
        "Encoding of the files, such as windows-1252, latin-1, gbk or shift_jis (default:"
            + " ${DEFAULT-VALUE}). Files with a byte-order mark are UTF-8 or UTF-16, whatever the"
            + " option. A file in another encoding than UTF-8 is never split."
      })
  private String encoding;

  @Option(
      names = "--replace-bad",
      description = {
        "Replace NUL and bytes that are not in the encoding by U+FFFD and count them. Without it"
            + " the command fails and names the file and the offset."
      })
  private boolean replaceBad;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "Input size per task (default: ${DEFAULT-VALUE}). A .gz file is never split.")
  private String shardSize;

  /** The unit of a document; null selects it by name and content of each file. */
  public @Nullable DocumentKind documents() {
    return documents;
  }

  /**
   * The options of reading.
   *
   * @param jsonField field of a JSON object with the text; empty if all of the object is
   * @throws InputException if there is no such encoding
   */
  public ReadingOptions reading(String jsonField) {
    return new ReadingOptions(jsonField, charset(), replaceBad);
  }

  /** Number of input bytes per task. */
  public long shardBytes() {
    return ByteSize.parse("--shard-size", shardSize, 1);
  }

  private Charset charset() {
    return TextEncoding.charset(encoding)
        .orElseThrow(
            () ->
                new InputException(
                    "--encoding must be an encoding such as utf-8, windows-1252, latin-1 or gbk: "
                        + InputErrors.shorten(encoding)));
  }
}
