package io.centroid.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.error.InputException;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.text.CharacterTokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxLoaderTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final Path MODEL =
      Path.of(System.getProperty("centroid.shared", "../../shared"), "fixtures", "gpt2-tiny");

  @TempDir private Path folder;

  @Test
  void theTokenizerOfAnEncryptedLanguageModelIsDecrypted() throws Exception {
    assumeTrue(Files.isDirectory(MODEL), MODEL + " is not there");
    Path key = folder.resolve("key");
    KeyFiles.newEncryptionKey(key);
    HadoopFiles withKey = FILES.with(Map.of(EncryptionKey.PROPERTY, "file://" + key));
    String export = folder.resolve("export").toString();
    ModelExporter.export(
        ExportRequest.of(withKey, model(), withKey.path(export), ExportFormat.ONNX)
            .withCache(true)
            .withEncrypted(true),
        ExportListener.NONE);
    assertThat(Files.readString(Path.of(export, "README.md"))).startsWith("---\n");
    assertThat(Files.readString(Path.of(export, "tokenizer.json"), StandardCharsets.ISO_8859_1))
        .doesNotContain("vocab");
    ModelSource.Candidate candidate = new ModelSource.Candidate("1", "1", export);
    try (ServedModel served = new OnnxLoader(withKey, 1).load("texts", candidate)) {
      assertThat(served.text()).isPresent();
    }
    assertThatThrownBy(() -> new OnnxLoader(FILES, 1).load("texts", candidate))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("encrypted with the key ");
  }

  /** GPT-2 with a tokenizer of its own, of which it knows more tokens. */
  private static TrainedModel model() throws Exception {
    TrainedModel read = TrainedModel.load(FILES, MODEL.toString(), false, Engines.CPU);
    return new TrainedModel(
        read.path(),
        read.network(),
        read.normalization(),
        read.layout(),
        read.seed(),
        read.workers(),
        read.dataKeys(),
        read.classNames(),
        read.table(),
        CharacterTokenizer.of("abc ").files(),
        read.directory(),
        read::parameters);
  }
}
