package io.centroid.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Dataset;
import io.centroid.Eventually;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Trainer;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.Storage;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.serve.layout.Layout;
import io.centroid.serve.layout.PackageRequest;
import io.centroid.serve.layout.Packaging;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that decrypts its model, and one that serves signed models only. */
class EncryptedServingTest {
  private static final HadoopFiles PLAIN = new HadoopFiles(new Configuration());
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String FAILURES = "centroid_model_load_failures_total{model=\"digits\"}";

  @TempDir private static Path folder;
  private static HadoopFiles withKey;

  @BeforeAll
  static void train() throws IOException {
    Path key = folder.resolve("key");
    KeyFiles.newEncryptionKey(key);
    withKey = PLAIN.with(Map.of(EncryptionKey.PROPERTY, "file://" + key));
    try (Model model =
        Trainer.of(Networks.mlp(784, 16, 10)).epochs(1).train(Dataset.digits(400, 100))) {
      model.save(folder.resolve("model").toString());
    }
    export("plain", PLAIN);
    export("encrypted", withKey);
  }

  private static Path export(String name, HadoopFiles files) throws IOException {
    TrainedModel model =
        TrainedModel.load(PLAIN, folder.resolve("model").toString(), false, Engines.CPU);
    ModelExporter.export(
        ExportRequest.of(files, model, files.path(folder + "/" + name), ExportFormat.ONNX)
            .withOverwrite(true)
            .withEncrypted(files != PLAIN),
        ExportListener.NONE);
    return folder.resolve(name);
  }

  @Test
  void anEncryptedModelAnswersAsThePlainOne() throws Exception {
    try (ServerUnderTest plain = ServerUnderTest.of(PLAIN, folder.resolve("plain"));
        ServerUnderTest encrypted = ServerUnderTest.of(withKey, folder.resolve("encrypted"))) {
      for (int pixel = 0; pixel < 256; pixel += 51) {
        HttpResponse<String> expected = plain.infer(pixel);
        HttpResponse<String> answer = encrypted.infer(pixel);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(outputs(answer)).isEqualTo(outputs(expected)).contains("probabilities");
      }
    }
  }

  private static String outputs(HttpResponse<String> answer) {
    return ServerUnderTest.json(answer).path("outputs").toString();
  }

  @Test
  void withoutTheKeyNothingIsServed() throws IOException {
    assertThatThrownBy(() -> ServerUnderTest.of(PLAIN, folder.resolve("encrypted")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("export.json: encrypted with the key ")
        .hasMessageContaining("name it with --key");
    Path other = folder.resolve("other");
    KeyFiles.newEncryptionKey(other);
    HadoopFiles wrong = PLAIN.with(Map.of(EncryptionKey.PROPERTY, "file://" + other));
    assertThatThrownBy(() -> ServerUnderTest.of(wrong, folder.resolve("encrypted")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is the key ");
    PackageRequest request =
        new PackageRequest(
            withKey,
            withKey.path(folder + "/encrypted"),
            withKey.path(folder + "/packaged"),
            "digits",
            1,
            1,
            0,
            "s3://bucket/digits");
    assertThatThrownBy(() -> Packaging.write(request, Layout.TRITON))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("export without --encrypt");
    assertThat(folder.resolve("packaged")).doesNotExist();
  }

  @Test
  void aVersionOfAnotherKeyIsServedOnceTheKeyIsThere() throws Exception {
    Path key = folder.resolve("replaced");
    KeyFiles.newEncryptionKey(key);
    HadoopFiles reading = PLAIN.with(Map.of(EncryptionKey.PROPERTY, "file://" + key));
    Path export = export("rotated", reading);
    try (ServerUnderTest server = ServerUnderTest.of(reading, export)) {
      HttpResponse<String> before = server.infer(51);
      Path next = folder.resolve("next");
      KeyFiles.newEncryptionKey(next);
      export("rotated", PLAIN.with(Map.of(EncryptionKey.PROPERTY, "file://" + next)));
      Eventually.await("a refusal", LIMIT, () -> server.metric(FAILURES) > 0);
      assertThat(version(server.infer(51))).isEqualTo(version(before));
      Files.move(next, key, StandardCopyOption.ATOMIC_MOVE);
      Eventually.await(
          "the new version", LIMIT, () -> !version(server.infer(51)).equals(version(before)));
      assertThat(outputs(server.infer(51))).isEqualTo(outputs(before));
    }
  }

  private static String version(HttpResponse<String> answer) {
    return ServerUnderTest.json(answer).path("model_version").asText();
  }

  @Test
  void onlyExportsThatATrustedKeySignedAreServed() throws Exception {
    Path signing = folder.resolve("signing.pem");
    Path published = folder.resolve("signing.pub");
    KeyFiles.newSigningKey(signing, published);
    HadoopFiles trusting = PLAIN.with(Map.of(TrustedKeys.PROPERTY, published.toString()));
    Path export = DigitExports.linear(folder.resolve("signed"), 3);
    assertThatThrownBy(() -> ServerUnderTest.of(trusting, export))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("export.json: not signed, expected export.sig of a trusted key");
    ManifestSigner signer = ManifestSigner.of("--with", "file://" + signing, PLAIN.configuration());
    sign(signer, export);
    try (ServerUnderTest server = ServerUnderTest.of(trusting, export)) {
      String before = outputs(server.infer(0));
      DigitExports.linear(export, 4);
      Eventually.await("a refusal", LIMIT, () -> server.metric(FAILURES) > 0);
      assertThat(outputs(server.infer(0))).isEqualTo(before);
      // A signature that is added later is noticed, and so is a trusted key that returns.
      Path away = folder.resolve("away.pub");
      Files.move(published, away);
      double failures = server.metric(FAILURES);
      sign(signer, export);
      Eventually.await("a refusal", LIMIT, () -> server.metric(FAILURES) > failures + 1);
      assertThat(outputs(server.infer(0))).isEqualTo(before);
      Files.move(away, published);
      Eventually.await("the signed version", LIMIT, () -> !outputs(server.infer(0)).equals(before));
    }
  }

  @Test
  void anExportIsSignedAsItIsPublished() throws Exception {
    Path signing = folder.resolve("exporting.pem");
    Path published = folder.resolve("exporting.pub");
    KeyFiles.newSigningKey(signing, published);
    Path export =
        export(
            "signed-by-export", withKey.with(Map.of(ManifestSigner.PROPERTY, "file://" + signing)));
    HadoopFiles trusting = withKey.with(Map.of(TrustedKeys.PROPERTY, published.toString()));
    try (ServerUnderTest server = ServerUnderTest.of(trusting, export)) {
      assertThat(server.infer(0).statusCode()).isEqualTo(200);
    }
  }

  private static void sign(ManifestSigner signer, Path export) throws IOException {
    org.apache.hadoop.fs.Path json = PLAIN.path(export + "/" + ExportDescription.FILE);
    signer.sign(
        Storage.of(PLAIN, json), json, Files.readAllBytes(export.resolve(ExportDescription.FILE)));
  }
}
