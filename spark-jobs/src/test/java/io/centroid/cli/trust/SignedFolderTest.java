package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Dataset;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Trainer;
import io.centroid.encryption.KeyFiles;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedFolderTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir private Path folder;

  /** A description that is replaced between the two steps is neither signed nor accepted. */
  @Test
  void whatIsVerifiedIsWhatIsSigned() throws Exception {
    Path signing = folder.resolve("signing.pem");
    Path published = folder.resolve("signing.pub");
    KeyFiles.newSigningKey(signing, published);
    ManifestSigner signer = ManifestSigner.of("--with", "file://" + signing, FILES.configuration());
    TrustedKeys trusted = TrustedKeys.read(List.of(published.toString()), FILES.configuration());
    String export = export().toString();
    Path description = Path.of(export, "export.json");
    byte[] genuine = Files.readAllBytes(description);

    SignedFolder found = SignedFolder.find(FILES, export).get(0);
    found.verify();
    Files.writeString(description, "{\"forged\": true}");
    found.sign(signer);
    SignedFolder forged = SignedFolder.find(FILES, export).get(0);
    assertThatThrownBy(() -> forged.requireSignature(trusted))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not a signature of export.json by a trusted key");

    Files.write(description, genuine);
    SignedFolder signed = SignedFolder.find(FILES, export).get(0);
    assertThat(signed.requireSignature(trusted)).isEqualTo(published.toString());
    Files.writeString(description, "{\"forged\": true}");
    signed.verify();
    assertThatThrownBy(forged::verify).isInstanceOf(InputException.class);
  }

  private Path export() throws Exception {
    Path model = folder.resolve("model");
    try (Model trained =
        Trainer.of(Networks.mlp(784, 4, 10)).epochs(1).train(Dataset.digits(100, 20))) {
      trained.save(model.toString());
    }
    Path export = folder.resolve("export");
    ModelExporter.export(
        ExportRequest.of(
            FILES,
            TrainedModel.load(FILES, model.toString(), false, Engines.CPU),
            FILES.path(export.toString()),
            ExportFormat.ONNX),
        ExportListener.NONE);
    return export;
  }
}
