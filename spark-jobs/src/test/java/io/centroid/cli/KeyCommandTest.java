package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.encryption.EncryptionKey;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.export.EncryptedExport;
import io.centroid.export.ExportDescription;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.onnx.OnnxModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted and signed model through the commands, from training to export. */
class KeyCommandTest {
  private static final List<String> LOCAL = List.of("--set", "compute.workers=local");

  @TempDir private static Path folder;
  private static String key = "";
  private static String run = "";

  private record Output(int exitCode, String out, String err) {}

  @BeforeAll
  static void train() {
    assertThat(command("key", "new", "--out", path("key")).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(command("key", "new", "--signing", "--out", path("signing.pem")).out().lines())
        .containsExactly(path("signing.pem.pub"), "file://" + path("signing.pem"));
    assertThat(command("key", "new", "--signing", "--out", path("other.pem")).exitCode())
        .isEqualTo(ExitCode.DONE);
    key = "file://" + path("key");
    run = path("run");
    assertThat(train(run, "encryption.key=" + key).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(train(path("plain")).exitCode()).isEqualTo(ExitCode.DONE);
  }

  private static Output train(String dir, String... more) {
    return command(
        Stream.concat(
                Stream.of(
                    "train",
                    "--json",
                    "--set",
                    "compute.workers=local",
                    "--set",
                    "data.digits.train=300",
                    "--set",
                    "data.digits.test=60",
                    "--set",
                    "model.hidden=[8]",
                    "--set",
                    "train.epochs=2",
                    "--set",
                    "report.html=false",
                    "--set",
                    "run.dir=" + dir),
                Stream.of(more).flatMap(setting -> Stream.of("--set", setting)))
            .toArray(String[]::new));
  }

  @Test
  void keyFilesArePrivateAndNeverOverwritten() throws IOException {
    Path made = folder.resolve("made");
    assertThat(command("key", "new", "--out", made.toString()).out().strip())
        .isEqualTo("file://" + made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rw-------");
    String content = Files.readString(made);
    assertThat(Base64.getDecoder().decode(content.strip())).hasSize(32);
    assertRefused(
        command("key", "new", "--out", made.toString()), "made exists: a key is never overwritten");
    assertThat(Files.readString(made)).isEqualTo(content);
    String absent = path("absent/x.key");
    assertRefused(
        command("key", "new", "--out", absent),
        "centroid: " + absent + " cannot be created: its folder does not exist");
    assertRefused(
        command("key", "new", "--signing", "--out", path("made/x.pem")),
        "x.pem.pub cannot be created: ");
    assertThat(Files.readString(folder.resolve("signing.pem")))
        .startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(Files.readString(folder.resolve("signing.pem.pub")))
        .startsWith("-----BEGIN PUBLIC KEY-----\n");
  }

  @Test
  void anEncryptedModelIsEvaluatedAndPredictsAsAPlainOne() throws IOException {
    Output encrypted = evaluate(run, "--key", key);
    Output plain = evaluate(path("plain"));
    assertThat(encrypted.exitCode()).as(encrypted.err()).isEqualTo(ExitCode.DONE);
    assertThat(encrypted.out().replace(run, "RUN"))
        .isEqualTo(plain.out().replace(path("plain"), "RUN"));
    Output predicted =
        command("predict", run, "--key", key, "--out", path("a.csv"), "--set", LOCAL.get(1));
    assertThat(predicted.exitCode()).as(predicted.err()).isEqualTo(ExitCode.DONE);
    assertThat(
            command("predict", path("plain"), "--out", path("b.csv"), "--set", LOCAL.get(1))
                .exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(folder.resolve("a.csv")))
        .isEqualTo(Files.readString(folder.resolve("b.csv")))
        .hasLineCount(61);
  }

  @Test
  void aMissingOrAnotherKeyIsOneLine() {
    assertRefused(evaluate(run), "encrypted with the key ");
    assertThat(command("key", "new", "--out", path("another")).exitCode()).isEqualTo(ExitCode.DONE);
    assertRefused(evaluate(run, "--key", "file://" + path("another")), "is the key ");
    assertRefused(evaluate(run, "--key", "c2VjcmV0"), "--key must be a reference to a key");
    assertThat(evaluate(run, "--key", "c2VjcmV0").err()).doesNotContain("c2VjcmV0");
  }

  @Test
  void rotationKeepsTheFiles() throws IOException {
    String rotated = path("rotated");
    assertThat(train(rotated, "encryption.key=" + key).exitCode()).isEqualTo(ExitCode.DONE);
    Map<String, byte[]> before = tensors(rotated);
    assertThat(before).hasSizeGreaterThanOrEqualTo(2);
    assertThat(command("key", "new", "--out", path("new")).exitCode()).isEqualTo(ExitCode.DONE);
    String to = "file://" + path("new");
    Output output = command("key", "rotate", rotated, "--key", key, "--to", to);
    assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
    Map<String, byte[]> after = tensors(rotated);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach((name, content) -> assertThat(content).as(name).isEqualTo(before.get(name)));
    assertRefused(evaluate(rotated, "--key", key), "is the key ");
    assertThat(evaluate(rotated, "--key", to).exitCode()).isEqualTo(ExitCode.DONE);
    assertRefused(
        command("key", "rotate", path("plain"), "--to", to),
        "not encrypted, so there is no key to replace");
  }

  @Test
  void aRotationSaysWhatBecomesOfEachCheckpointAndItsSignature() {
    String rotated = path("rotated-signed");
    String signing = "file://" + path("signing.pem");
    String trusted = path("signing.pem.pub");
    assertThat(train(rotated, "encryption.key=" + key, "signature.key=" + signing).exitCode())
        .isEqualTo(ExitCode.DONE);
    String first = newKey("first");
    Output deleted = command("key", "rotate", rotated, "--key", key, "--to", first);
    assertThat(deleted.out().lines())
        .as(deleted.err())
        .isNotEmpty()
        .allMatch(line -> line.matches(".* key [0-9a-f]{16}, signature deleted: sign it again"));
    assertRefused(evaluate(rotated, "--key", first, "--trusted", trusted), "not signed");
    Output again = command("key", "rotate", rotated, "--key", key, "--to", first);
    assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(again.out().lines())
        .isNotEmpty()
        .allMatch(line -> line.matches(".* key [0-9a-f]{16} already"));
    assertRefused(
        command("key", "rotate", rotated, "--key", "file://" + path("lost"), "--to", first),
        "lost: no such file");
    assertRefused(
        command("key", "rotate", rotated, "--key", first, "--to", key, "--sign", key),
        "--sign: " + key + ": expected a private Ed25519 key in PEM");
    String second = newKey("second");
    Output signed =
        command("key", "rotate", rotated, "--key", first, "--to", second, "--sign", signing);
    assertThat(signed.out().lines())
        .as(signed.err())
        .isNotEmpty()
        .allMatch(line -> line.matches(".* key [0-9a-f]{16}, signed"));
    assertThat(evaluate(rotated, "--key", second, "--trusted", trusted).exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void plainCheckpointsOfAnEncryptedRunStayAsTheyAre() {
    String mixed = path("mixed");
    assertThat(train(mixed, "train.epochs=1").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(train(mixed, "train.epochs=2", "encryption.key=" + key).exitCode())
        .isEqualTo(ExitCode.DONE);
    String to = newKey("of-mixed");
    Output output = command("key", "rotate", mixed, "--key", key, "--to", to);
    List<String> lines = output.out().lines().toList();
    assertThat(lines).as(output.err()).hasSize(2);
    assertThat(lines.get(0)).endsWith(" not encrypted");
    assertThat(lines.get(1)).matches(".* key [0-9a-f]{16}");
    assertThat(evaluate(mixed, "--key", to).exitCode()).isEqualTo(ExitCode.DONE);
  }

  private static String newKey(String name) {
    Output made = command("key", "new", "--out", path(name));
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    return made.out().strip();
  }

  @Test
  void keysAreCheckedBeforeAFolderIsMade() throws IOException {
    String trust = "signature.trusted=[" + path("signing.pem.pub") + "]";
    assertRefused(train(path("unsigned"), trust), "signature.trusted needs signature.key");
    assertRefused(
        train(path("unsigned"), trust, "signature.key=file://" + path("other.pem")),
        "signature.key is the private key of none of signature.trusted");
    Path conf = Files.writeString(folder.resolve("sweep.conf"), "data.digits.train = 300\n");
    assertRefused(
        command(
            "sweep",
            conf.toString(),
            "--grid",
            "train.seed=1,2",
            "--dir",
            path("unsigned"),
            "--set",
            LOCAL.get(1),
            "--set",
            "encryption.key=file://" + path("lost")),
        "encryption.key: " + path("lost") + ": no such file");
    assertThat(folder.resolve("unsigned")).doesNotExist();
  }

  /** What the commands say to run next can be run. */
  @Test
  void hintsNameTheKey() throws IOException {
    Path conf =
        Files.writeString(
            folder.resolve("hint.conf"),
            """
            compute.workers = local
            data.digits { train = 300, test = 60 }
            model.hidden = [8]
            train.epochs = 1
            report.html = false
            encryption.key = "%s"
            """
                .formatted(key));
    String hinted = path("hinted");
    Output trained = command("train", conf.toString(), "--set", "run.dir=" + hinted);
    assertThat(trained.out().lines().toList())
        .last()
        .asString()
        .endsWith(" evaluate " + hinted + " --key " + key);
    Output swept =
        command(
            "sweep", conf.toString(), "--grid", "train.seed=1,2", "--dir", path("hinted-sweep"));
    assertThat(swept.out().lines().toList())
        .as(swept.err())
        .last()
        .asString()
        .startsWith("Evaluate the best:  ")
        .endsWith(" --key " + key);
  }

  @Test
  void anEncryptedRunIsRegisteredWithItsKeyAndSignature() {
    String[] register = {
      "registry", "register", run, "--registry", path("registry-of-runs"), "--model", "digits"
    };
    assertRefused(
        command(with(register, "--key", key, "--trusted", path("signing.pem.pub"))), "not signed");
    Output registered = command(with(register, "--key", key, "--alias", "champion"));
    assertThat(registered.exitCode()).as(registered.err()).isEqualTo(ExitCode.DONE);
    String champion = "registry:" + path("registry-of-runs") + "/digits@champion";
    assertThat(evaluate(champion, "--key", key).exitCode()).isEqualTo(ExitCode.DONE);
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void helpDescribesSubcommands() {
    assertThat(command("help", "key", "rotate").out())
        .startsWith("Usage: centroid key rotate ")
        .contains("--sign=REF");
    assertThat(command("help", "registry", "list").out())
        .startsWith("Usage: centroid registry list ");
    assertThat(command("help", "key").out()).startsWith("Usage: centroid key ");
  }

  @Test
  void aSignatureIsRequiredFromATrustedKey() throws IOException {
    String signed = path("signed");
    assertThat(train(signed).exitCode()).isEqualTo(ExitCode.DONE);
    String trusted = path("signing.pem.pub");
    assertRefused(evaluate(signed, "--trusted", trusted), "manifest.json: not signed");
    Output output = command("key", "sign", signed, "--with", "file://" + path("signing.pem"));
    assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
    assertThat(evaluate(signed, "--trusted", trusted).exitCode()).isEqualTo(ExitCode.DONE);
    assertRefused(
        evaluate(signed, "--trusted", path("other.pem.pub")),
        "not a signature of manifest.json by a trusted key");
    Output verified = command("key", "verify", signed, "--trusted", trusted);
    assertThat(verified.out().lines())
        .isNotEmpty()
        .allMatch(line -> line.endsWith(" signed by " + trusted));
    Path damaged =
        tensorFiles(signed).stream()
            .filter(file -> file.endsWith("parameters.safetensors"))
            .findFirst()
            .orElseThrow();
    byte[] content = Files.readAllBytes(damaged);
    content[content.length - 1] ^= 1;
    Files.write(damaged, content);
    assertRefused(command("key", "verify", signed, "--trusted", trusted), "SHA-256");
  }

  @Test
  void anEncryptedExportIsThePlainOneWithTheKeyOnly() throws IOException {
    assertThat(export("plain-export").exitCode()).isEqualTo(ExitCode.DONE);
    Output output = export("export", "--encrypt");
    assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
    byte[] plain = Files.readAllBytes(folder.resolve("plain-export/model.onnx"));
    byte[] stored = Files.readAllBytes(folder.resolve("export/model.onnx"));
    assertThat(stored).hasSize(plain.length + 40 + 2 * 16);
    HadoopFiles files = new HadoopFiles(new Configuration());
    HadoopFiles withKey = files.with(Map.of(EncryptionKey.PROPERTY, key));
    org.apache.hadoop.fs.Path at = files.path(path("export"));
    ExportDescription export = ExportDescription.read(files, at);
    export.requireFiles(files, at);
    byte[] decrypted = EncryptedExport.content(withKey, at, export, "model.onnx");
    assertThat(decrypted).hasSize(plain.length);
    try (OnnxModel model = OnnxModel.open(decrypted, "export", 1)) {
      assertThat(model.outputs()).containsOnlyKeys("probabilities", "logits");
    }
    assertThatThrownBy(() -> EncryptedExport.content(files, at, export, "model.onnx"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("export.json: encrypted with the key");
    stored[stored.length / 2] ^= 1;
    Files.write(folder.resolve("export/model.onnx"), stored);
    assertThatThrownBy(() -> EncryptedExport.content(withKey, at, export, "model.onnx"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.onnx: not authentic");
    assertRefused(
        command(
            "export",
            run,
            "--key",
            key,
            "--to",
            "torch-safetensors",
            "--encrypt",
            "--out",
            path("torch")),
        "--encrypt applies to --to onnx only");
  }

  @Test
  void theKeyOfAnExportIsReplaced() throws IOException {
    String signing = "file://" + path("signing.pem");
    assertThat(export("rotated-export", "--encrypt", "--sign", signing).exitCode())
        .isEqualTo(ExitCode.DONE);
    byte[] model = Files.readAllBytes(folder.resolve("rotated-export/model.onnx"));
    String to = newKey("of-export");
    String export = path("rotated-export");
    String trusted = path("signing.pem.pub");
    Output output =
        command(
            "key",
            "rotate",
            export,
            "--key",
            key,
            "--to",
            to,
            "--trusted",
            trusted,
            "--sign",
            signing);
    assertThat(output.out().strip()).as(output.err()).matches(".* key [0-9a-f]{16}, signed");
    assertThat(Files.readAllBytes(folder.resolve("rotated-export/model.onnx"))).isEqualTo(model);
    assertThat(command("key", "verify", export, "--trusted", trusted).exitCode())
        .isEqualTo(ExitCode.DONE);
    HadoopFiles files = new HadoopFiles(new Configuration());
    org.apache.hadoop.fs.Path at = files.path(export);
    ExportDescription description = ExportDescription.read(files, at);
    assertThat(
            EncryptedExport.content(
                files.with(Map.of(EncryptionKey.PROPERTY, to)), at, description, "model.onnx"))
        .isNotEmpty();
    assertThatThrownBy(
            () ->
                EncryptedExport.content(
                    files.with(Map.of(EncryptionKey.PROPERTY, key)), at, description, "model.onnx"))
        .hasMessageContaining("is the key ");
    assertRefused(
        command("key", "rotate", path("plain-to-rotate"), "--to", to), "no checkpoint; expected");
  }

  @Test
  void anExportIsSignedAndVerified() throws IOException {
    Output output = export("signed-export", "--sign", "file://" + path("signing.pem"));
    assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
    String trusted = path("signing.pem.pub");
    Output verified = command("key", "verify", path("signed-export"), "--trusted", trusted);
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCode.DONE);
    assertThat(verified.out().strip()).endsWith("signed-export signed by " + trusted);
    Path model = folder.resolve("signed-export/model.onnx");
    byte[] content = Files.readAllBytes(model);
    content[content.length / 2] ^= 1;
    Files.write(model, content);
    assertRefused(
        command("key", "verify", path("signed-export"), "--trusted", trusted), "model.onnx");
    content[content.length / 2] ^= 1;
    Files.write(model, content);
    assertThat(command("key", "verify", path("signed-export"), "--trusted", trusted).exitCode())
        .isEqualTo(ExitCode.DONE);
    Path card = folder.resolve("signed-export/README.md");
    Files.writeString(card, "no limits", StandardOpenOption.APPEND);
    assertRefused(
        command("key", "verify", path("signed-export"), "--trusted", trusted), "README.md");
    assertRefused(
        export("refused", "--sign", "file://" + path("key")),
        "expected a private Ed25519 key in PEM");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  /** Every phase reads the encrypted checkpoints, and the version's export is encrypted too. */
  @Test
  void retrainingKeepsModelsEncryptedInTheRegistry() throws IOException {
    table("frozen.csv", 200);
    table("increments/day-1.csv", 200);
    assertRefused(retrain("[onnx, torch-safetensors]"), "retrain.exports must be [onnx]");
    Output first = retrain("[onnx]");
    assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.DONE);
    table("increments/day-2.csv", 300);
    Output second = retrain("[onnx]");
    assertThat(second.exitCode()).as(second.err()).isEqualTo(ExitCode.DONE);
    Path version = folder.resolve("registry/signs/versions/000002");
    List<Path> stored;
    try (Stream<Path> walk = Files.walk(folder.resolve("registry"))) {
      stored =
          walk.filter(file -> file.toString().matches(".*[.](safetensors|onnx)")).sorted().toList();
    }
    assertThat(stored).contains(version.resolve("exports/onnx/model.onnx"));
    for (Path file : stored) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain("\"dtype\"", "probabilities");
    }
    String champion = "registry:" + path("registry") + "/signs@champion";
    String data = path("frozen.csv");
    assertThat(evaluate(champion, "--key", key, "--data", data).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertRefused(evaluate(champion, "--data", data), "encrypted with the key ");
    assertThat(
            command("registry", "verify", "--registry", path("registry"), "--model", "signs")
                .exitCode())
        .isEqualTo(ExitCode.DONE);
    rotateTheRegistry(champion, data);
    changeVersionsThatAreNotAsRecorded();
    // A part of a version is signed alone, and the version's record follows.
    for (String part : List.of("checkpoint", "exports/onnx")) {
      String place = version.resolve(part).toString();
      assertThat(command("key", "sign", place, "--with", "file://" + path("other.pem")).exitCode())
          .isEqualTo(ExitCode.DONE);
      assertThat(command("key", "verify", place, "--trusted", path("other.pem.pub")).exitCode())
          .isEqualTo(ExitCode.DONE);
    }
    requireIntactRegistry();
  }

  private static void rotateTheRegistry(String champion, String data) {
    String to = newKey("of-registry");
    String model = path("registry/signs");
    Output rotated =
        command(
            "key",
            "rotate",
            model,
            "--key",
            key,
            "--to",
            to,
            "--sign",
            "file://" + path("signing.pem"));
    assertThat(rotated.out().lines())
        .as(rotated.err())
        .hasSize(4)
        .allMatch(line -> line.matches(".*/00000[12]/.* key [0-9a-f]{16}, signed"))
        .anyMatch(line -> line.contains("/versions/000002/exports/onnx "));
    requireIntactRegistry();
    assertRefused(evaluate(champion, "--key", key, "--data", data), "is the key ");
    String trusted = path("signing.pem.pub");
    assertThat(evaluate(champion, "--key", to, "--trusted", trusted, "--data", data).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(command("key", "verify", model, "--trusted", trusted).out().lines()).hasSize(4);
  }

  /** A manifest that someone edited is not recorded as the one that was registered. */
  private static void changeVersionsThatAreNotAsRecorded() throws IOException {
    String model = path("registry/signs");
    String present = "file://" + path("of-registry");
    String to = newKey("newer");
    Path version = folder.resolve("registry/signs/versions/000001");
    String checkpoint = version.resolve("checkpoint").toString();
    assertThat(rotate(version.resolve("exports/onnx").toString(), present, newKey("third")).out())
        .matches(".* key [0-9a-f]{16}, signature deleted: sign it again\\n");
    Path manifest = version.resolve("checkpoint/manifest.json");
    byte[] genuine = Files.readAllBytes(manifest);
    byte[] edited =
        ChecksummedJson.with("manifest.json", genuine, "metrics", Map.of("accuracy", 1.0));
    assertThat(edited).isNotEqualTo(genuine);
    Files.write(manifest, edited);
    String[] sign = {"key", "sign", model, "--with", "file://" + path("signing.pem")};
    Output signed = command(sign);
    assertRefused(signed, "centroid: file:" + manifest + ": SHA-256: expected ");
    assertThat(signed.out().lines()).hasSize(3).allMatch(line -> line.endsWith(" signed"));
    Output rotated = rotate(model, present, to);
    assertRefused(rotated, "centroid: 2 of 4 checkpoints and exports failed");
    assertThat(rotated.err().lines()).hasSize(3);
    assertThat(rotated.err())
        .contains("000001/checkpoint/manifest.json: SHA-256: expected ")
        .contains("000001/exports/onnx/export.json: ");
    assertThat(rotated.out().lines())
        .hasSize(2)
        .allMatch(line -> line.matches(".*/000002/.* key [0-9a-f]{16}, signature deleted.*"));
    assertThat(Files.readAllBytes(manifest)).isEqualTo(edited);
    assertThat(
            command("registry", "verify", "--registry", path("registry"), "--model", "signs").out())
        .contains(manifest.toString());
    Files.write(manifest, genuine);
    requireIntactRegistry();
    rotateInPart(checkpoint, present, to);
    assertRefused(
        command("key", "sign", checkpoint, "--with", "file://" + path("signing.pem")),
        "the rotation of its key was interrupted: repeat it first");
    assertThat(rotate(checkpoint, present, to).out()).matches(".* key [0-9a-f]{16} already\\n");
    requireIntactRegistry();
  }

  private static Output rotate(String model, String from, String to) {
    return command("key", "rotate", model, "--key", from, "--to", to);
  }

  /** A rotation that ends before the version's record. */
  private static void rotateInPart(String checkpoint, String from, String to) throws IOException {
    HadoopFiles files =
        new HadoopFiles(new Configuration()).with(Map.of(EncryptionKey.PROPERTY, from));
    StoredCheckpoint stored =
        CheckpointStore.openUnverified(files.path(checkpoint), files.configuration());
    EncryptionKey key = EncryptionKey.of("--to", to, files.configuration());
    assertThatThrownBy(
            () ->
                stored.rewrap(
                    key,
                    () -> {
                      throw new IOException("ended");
                    }))
        .hasMessage("ended");
  }

  private static void requireIntactRegistry() {
    Output verified =
        command("registry", "verify", "--registry", path("registry"), "--model", "signs");
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCode.DONE);
  }

  private static Output retrain(String exports) throws IOException {
    Path conf = folder.resolve("retrain.conf");
    Files.writeString(
        conf,
        """
        compute.workers = local
        data { format = csv, path = "%1$s/increments", classes = 2, csv.features = numbers, normalization = none }
        model.hidden = [4]
        train { epochs = 5, batch-size = 8 }
        registry { dir = "%1$s/registry", model = signs }
        retrain { exports = %2$s, validation = "%1$s/frozen.csv", rule { non-inferiority = 0.5, worst-class-drop = 1 } }
        encryption.key = "%3$s"
        """
            .formatted(folder, exports, key));
    return command("retrain", conf.toString());
  }

  private static void table(String name, int rows) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    StringBuilder text = new StringBuilder("label,x,y\n");
    for (int i = 0; i < rows; i++) {
      double x = Math.sin(i * 12.9898 + rows);
      text.append(x > 0 ? 1 : 0).append(',').append(x).append(',').append(Math.cos(i)).append('\n');
    }
    Files.writeString(file, text);
  }

  private static Output export(String out, String... more) {
    return command(
        Stream.concat(
                Stream.of("export", run, "--key", key, "--to", "onnx", "--out", path(out)),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Output evaluate(String model, String... more) {
    return command(
        Stream.concat(
                Stream.of("evaluate", model, "--json", "--set", LOCAL.get(1)), Stream.of(more))
            .toArray(String[]::new));
  }

  private static void assertRefused(Output output, String reason) {
    assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(output.err().lines().filter(line -> line.startsWith("centroid: "))).hasSize(1);
    assertThat(output.err()).contains(reason).doesNotContain("\tat ");
  }

  private static List<Path> tensorFiles(String dir) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(dir))) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  private static Map<String, byte[]> tensors(String dir) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (Path file : tensorFiles(dir)) {
      contents.put(file.toString(), Files.readAllBytes(file));
    }
    return contents;
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Output command(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Centroid.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Output(exitCode, out.toString(), err.toString());
  }
}
