package io.centroid.cli.trust;

import io.centroid.cli.options.KeyOptions;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.encryption.KeyRotation;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.security.Redaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code key} command: makes keys, replaces the key of a model, signs and verifies models. */
@Command(
    name = "key",
    description = "Make keys, replace the key of encrypted models, sign and verify models.",
    footer = {
      "",
      "Examples:",
      "  centroid key new --out model.key",
      "  centroid key sign exports/digits --with file:///etc/centroid/signing.pem"
    },
    mixinStandardHelpOptions = true)
public final class KeyCommand implements Runnable {
  private static final String PLACE =
      "Folder of a run (all its checkpoints), a checkpoint, an export, or a model in a registry (all"
          + " its versions).";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "key needs one of new, rotate, sign, verify");
  }

  @Command(
      name = "new",
      description =
          "Create the file of a random key, which only its owner can read, and print the reference to"
              + " it.",
      footer = {"", "Example:", "  centroid key new --out model.key"},
      mixinStandardHelpOptions = true)
  int create(
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "Local file to create.")
          Path out,
      @Option(
              names = "--signing",
              description =
                  "Create a private Ed25519 key that signs models, and its public key FILE.pub"
                      + " (default: a 256-bit key that encrypts checkpoints).")
          boolean signing)
      throws IOException {
    if (signing) {
      Path published = Path.of(out + ".pub");
      KeyFiles.newSigningKey(out, published);
      print(published.toString());
    } else {
      KeyFiles.newEncryptionKey(out);
    }
    print(out.toAbsolutePath().normalize().toUri().toString());
    return ExitCode.DONE;
  }

  @Command(
      description = {
        "Wrap the data keys of checkpoints and exports by another key. Only manifests are replaced,"
            + " each atomically.",
        "The signature of a replaced manifest is deleted, unless --sign replaces it.",
        "Repeat a rotation that was interrupted."
      },
      footer = {
        "",
        "Examples:",
        "  centroid key rotate runs/mnist --key file:///k/old --to file:///k/new",
        "  centroid key rotate registry/digits --key file:///k/old --to file:///k/new \\",
        "    --sign file:///k/signing.pem"
      },
      mixinStandardHelpOptions = true)
  int rotate(
      @Parameters(paramLabel = "MODEL", description = PLACE) String place,
      @Option(
              names = "--to",
              paramLabel = "REF",
              required = true,
              description = "New key: file:///PATH, env:NAME, credential:ALIAS or kms:NAME.")
          String to,
      @Option(
              names = "--sign",
              paramLabel = "REF",
              description =
                  "Sign the manifests with this private key: file:///PATH, env:NAME or"
                      + " credential:ALIAS.")
          @Nullable String sign,
      @Mixin KeyOptions keys)
      throws IOException {
    HadoopFiles files = keys.addTo(files());
    if (sign != null) {
      ManifestSigner unused = ManifestSigner.of("--sign", sign, files.configuration());
      files = files.with(Map.of(ManifestSigner.PROPERTY, sign));
    }
    EncryptionKey key = EncryptionKey.of("--to", to, files.configuration());
    // Reported even if all have the new key already.
    Optional<EncryptionKey> present = EncryptionKey.configured(files.configuration());
    List<SignedFolder> found = SignedFolder.find(files, place);
    if (found.stream().noneMatch(SignedFolder::isEncrypted)) {
      throw new InputException(
          found.get(0).manifest() + ": not encrypted, so there is no key to replace");
    }
    return ofEach(
        found,
        folder -> folder.isEncrypted() ? rotated(folder.rewrap(key, () -> {})) : "not encrypted");
  }

  private interface Action {
    /** Returns what was done with a folder. */
    String run(SignedFolder folder) throws IOException;
  }

  /**
   * Continues after a folder that is refused.
   *
   * @throws InputException at the end, if one was refused
   */
  private int ofEach(List<SignedFolder> folders, Action action) throws IOException {
    List<InputException> refused = new ArrayList<>();
    for (SignedFolder folder : folders) {
      try {
        print(folder.path() + " " + action.run(folder));
      } catch (InputException e) {
        refused.add(e);
      }
    }
    if (refused.size() == 1) {
      throw refused.get(0);
    }
    if (!refused.isEmpty()) {
      refused.forEach(
          e -> spec.commandLine().getErr().println(Redaction.of(String.valueOf(e.getMessage()))));
      throw new InputException(
          refused.size() + " of " + folders.size() + " checkpoints and exports failed, see above");
    }
    return ExitCode.DONE;
  }

  private static String rotated(KeyRotation.Result result) {
    String keyId = "key " + result.keyId() + (result.changed() ? "" : " already");
    return switch (result.signing()) {
      case UNCHANGED -> keyId;
      case SIGNED -> keyId + ", signed";
      case DELETED -> keyId + ", signature deleted: sign it again";
    };
  }

  @Command(
      description =
          "Sign models: the Ed25519 signature of manifest.json is written to manifest.sig, that of"
              + " export.json to export.sig. The files are verified first.",
      footer = {
        "",
        "Example:",
        "  centroid key sign runs/digits-18e030dc --with file:///etc/centroid/signing.pem"
      },
      mixinStandardHelpOptions = true)
  int sign(
      @Parameters(paramLabel = "MODEL", description = PLACE) String place,
      @Option(
              names = "--with",
              paramLabel = "REF",
              required = true,
              description = "Private key in PEM: file:///PATH, env:NAME or credential:ALIAS.")
          String with)
      throws IOException {
    HadoopFiles files = files();
    ManifestSigner signer = ManifestSigner.of("--with", with, files.configuration());
    return ofEach(
        SignedFolder.find(files, place),
        folder -> {
          folder.verify();
          folder.sign(signer);
          return "signed";
        });
  }

  @Command(
      description = "Verify the files of models and the signatures of their manifests.",
      footer = {"", "Example:", "  centroid key verify exports/digits --trusted signing.pem.pub"},
      mixinStandardHelpOptions = true)
  int verify(
      @Parameters(paramLabel = "MODEL", description = PLACE) String place,
      @Option(
              names = "--trusted",
              paramLabel = "FILE",
              required = true,
              description = "Public key in PEM; one of these keys must have signed; repeatable.")
          List<String> trusted)
      throws IOException {
    // Without the keys of the configuration: those of the option alone count.
    HadoopFiles files = files().with(Map.of(TrustedKeys.PROPERTY, String.join(",", trusted)));
    TrustedKeys keys = TrustedKeys.configured(files.configuration());
    return ofEach(
        SignedFolder.find(files, place),
        folder -> {
          String signer = folder.requireSignature(keys);
          folder.verify();
          return "signed by " + signer;
        });
  }

  private static HadoopFiles files() {
    return new HadoopFiles(SiteConfiguration.load());
  }

  private void print(String line) {
    spec.commandLine().getOut().println(line);
  }
}
