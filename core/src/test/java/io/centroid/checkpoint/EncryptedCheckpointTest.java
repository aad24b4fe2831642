package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.key.KeyProvider;
import org.apache.hadoop.crypto.key.KeyProviderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedCheckpointTest {
  private static final byte[] TOKENIZER =
      "{\"the tokenizer\": \"in plain text\"}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private RunFolder run;
  private Path key;

  @BeforeEach
  void createKey() throws IOException {
    key = folder.resolve("key");
    KeyFiles.newEncryptionKey(key);
    run = encrypted("run", key);
  }

  private RunFolder encrypted(String name, Path withKey) {
    RunFolder made = new RunFolder(folder.resolve(name), CommitProtocol.RENAME);
    made.configuration.set(EncryptionKey.PROPERTY, "file://" + withKey);
    return made;
  }

  private static StoredCheckpoint save(RunFolder run, long step, float value) throws IOException {
    try (CheckpointWriter writer = run.writer()) {
      return save(writer, run, step, value);
    }
  }

  private static StoredCheckpoint save(
      CheckpointWriter writer, RunFolder run, long step, float value) throws IOException {
    Draft draft = writer.begin(step);
    TensorFolder tasks = draft.tensors(new HadoopFiles(new Configuration()));
    draft.add(
        Manifest.workerStateFile(0), tasks.write(Manifest.workerStateFile(0), workerState(value)));
    return writer.save(
        draft,
        Snapshots.at(step),
        Snapshots.parameters(value),
        Snapshots.state(value),
        Map.of("tokenizer.json", TOKENIZER));
  }

  private static List<TensorSlice> workerState(float value) {
    return List.of(TensorSlice.whole("inner.0.m", new float[] {value, 7}));
  }

  @Test
  void readsBackWhatWasSavedAndStoresNoPlainText() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1.5f);
    assertThat(saved.parameters()).containsExactly(1.5f, 1.5f, 1.5f, 1.5f, 1.5f);
    assertThat(Objects.requireNonNull(saved.state().get("outer.velocity")).values())
        .containsExactly(1.5f, 2, 3, 4, 5);
    assertThat(saved.attachments()).containsOnlyKeys("tokenizer.json");
    assertThat(saved.attachments().get("tokenizer.json")).isEqualTo(TOKENIZER);
    assertThat(own(saved)).containsExactly(1.5f, 7);
    String secret = Files.readString(key).strip();
    for (String name : files(saved)) {
      String stored = Files.readString(run.file(10, name), StandardCharsets.ISO_8859_1);
      assertThat(stored).doesNotContain(secret, "plain text");
      if (!name.equals(Manifest.FILE)) {
        assertThat(stored).doesNotContain("\"dtype\"", "outer.velocity", "tokenizer", "inner.0");
      }
    }
  }

  /** The state that a worker's task reads. */
  private float[] own(StoredCheckpoint checkpoint) throws IOException {
    String name = Manifest.workerStateFile(0);
    HadoopFiles files = new HadoopFiles(run.configuration);
    return Objects.requireNonNull(
            TensorFolder.of(files, checkpoint.path(), checkpoint.manifest())
                .read(name, checkpoint.manifest().file(name))
                .get("inner.0.m"))
        .values();
  }

  private List<String> files(StoredCheckpoint checkpoint) {
    List<String> names = new ArrayList<>(checkpoint.manifest().files().keySet());
    names.add(Manifest.FILE);
    names.sort(null);
    assertThat(names)
        .containsExactly(
            "manifest.json",
            "parameters.safetensors",
            "state-0.safetensors",
            "state.safetensors",
            "tokenizer.json");
    return names;
  }

  @Test
  void verifyingNeedsNoKeyAndReadingDoes() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1);
    org.apache.hadoop.fs.Path path = saved.path();
    StoredCheckpoint withoutKey = CheckpointStore.openVerified(path, new Configuration());
    String keyId = Objects.requireNonNull(saved.manifest().encryption()).keyId();
    assertThatThrownBy(withoutKey::parameters)
        .isInstanceOf(InputException.class)
        .hasMessage(
            path
                + "/manifest.json: encrypted with the key "
                + keyId
                + ": name it with --key or encryption.key, or set CENTROID_ENCRYPTION_KEY");
    assertThat(keyId).hasSize(16).isEqualTo(keyId(key));
  }

  private static String keyId(Path file) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(Files.readString(file).strip());
    return Sha256.of(bytes).substring(0, 16);
  }

  @Test
  void anotherKeyIsRefusedAndTheCheckpointIsNotSkipped() throws IOException {
    save(run, 10, 1);
    Path other = folder.resolve("other");
    KeyFiles.newEncryptionKey(other);
    RunFolder wrong = encrypted("run", other);
    assertThatThrownBy(() -> wrong.store().loadNewest())
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "manifest.json: encrypted with the key "
                + keyId(key)
                + ", but file://"
                + other
                + " is the key "
                + keyId(other));
    assertThat(wrong.skipped).isEmpty();
    try (CheckpointWriter writer = wrong.writer()) {
      assertThatThrownBy(() -> save(writer, wrong, 10, 1)).hasMessageContaining("is the key");
    }
    assertThat(run.store().loadNewest()).isPresent();
  }

  @Test
  void everyFlippedBitOfEveryFileIsRefused() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1);
    List<String> names = files(saved);
    Map<String, byte[]> contents = new TreeMap<>();
    for (String name : names) {
      contents.put(name, Files.readAllBytes(run.file(10, name)));
    }
    Random random = new Random(1);
    List<String> accepted = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String name = names.get(i % names.size());
      byte[] flipped = Objects.requireNonNull(contents.get(name)).clone();
      int bit = random.nextInt(8 * flipped.length);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(run.file(10, name), flipped);
      // The second half has the hash of an attacker, who can write it.
      boolean forged = i >= 5_000 && !name.equals(Manifest.FILE);
      if (forged) {
        forge(saved.manifest(), name, flipped);
      }
      if (!isRefused(saved.path(), name)) {
        accepted.add(name + " bit " + bit);
      }
      Files.write(run.file(10, name), contents.get(name));
      if (forged) {
        Files.write(run.file(10, Manifest.FILE), contents.get(Manifest.FILE));
      }
    }
    assertThat(accepted).isEmpty();
    for (String name : names) {
      assertThat(isRefused(saved.path(), name)).as(name).isFalse();
    }
  }

  /** Writes a manifest with the length and hash of another content of a file. */
  private void forge(Manifest manifest, String name, byte[] content) throws IOException {
    Map<String, StoredFile> files = new TreeMap<>(manifest.files());
    files.put(name, new StoredFile(content.length, Sha256.of(content)));
    Manifest forged =
        new Manifest(
            manifest.snapshot(),
            manifest.fencingToken(),
            manifest.writtenAt(),
            files,
            manifest.encryption());
    Files.write(run.file(manifest.step(), Manifest.FILE), forged.toJson());
  }

  /** Whether a reader of a file refuses it. */
  private boolean isRefused(org.apache.hadoop.fs.Path path, String name) throws IOException {
    try {
      StoredCheckpoint opened = CheckpointStore.openUnverified(path, run.configuration);
      int read =
          switch (name) {
            case Manifest.FILE, Manifest.PARAMETERS_FILE -> opened.parameters().length;
            case Manifest.STATE_FILE -> opened.state().size();
            case "tokenizer.json" -> opened.attachments().size();
            default -> own(opened).length;
          };
      return read == 0;
    } catch (InputException e) {
      assertThat(e).message().hasLineCount(1);
      return true;
    }
  }

  @Test
  void truncatedAndExtendedFilesAreRefused() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1);
    byte[] manifest = Files.readAllBytes(run.file(10, Manifest.FILE));
    for (String name : files(saved)) {
      byte[] content = Files.readAllBytes(run.file(10, name));
      for (int length = 0; length <= content.length + 16; length++) {
        byte[] cut = Arrays.copyOf(content, length);
        Files.write(run.file(10, name), cut);
        if (!name.equals(Manifest.FILE)) {
          forge(saved.manifest(), name, cut);
        }
        assertThat(isRefused(saved.path(), name))
            .as("%s of %s bytes with %s", name, content.length, length)
            .isEqualTo(length != content.length);
      }
      Files.write(run.file(10, name), content);
      Files.write(run.file(10, Manifest.FILE), manifest);
    }
  }

  /** A whole number of segments, the first of which has the header of the tensors. */
  @Test
  void aTruncatedFileIsRefusedBeforeItsHeaderIsParsed() throws IOException {
    String name = Manifest.workerStateFile(0);
    StoredCheckpoint saved;
    try (CheckpointWriter writer = run.writer()) {
      Draft draft = writer.begin(10);
      draft.add(
          name,
          draft
              .tensors(new HadoopFiles(new Configuration()))
              .write(name, List.of(TensorSlice.whole("inner.0.m", new float[20_000]))));
      saved =
          writer.save(
              draft, Snapshots.at(10), Snapshots.parameters(1), Snapshots.state(1), Map.of());
    }
    assertThat(own(saved)).hasSize(20_000);
    byte[] content = Files.readAllBytes(run.file(10, name));
    for (int length : new int[] {1 << 14, 2 << 14, 3 << 14}) {
      byte[] cut = Arrays.copyOf(content, length);
      Files.write(run.file(10, name), cut);
      forge(saved.manifest(), name, cut);
      StoredCheckpoint opened = CheckpointStore.openUnverified(saved.path(), run.configuration);
      assertThatThrownBy(() -> own(opened))
          .as("%s bytes", length)
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith(
              name + ": not authentic: altered, truncated, or a file of another name, step or run");
    }
  }

  @Test
  void filesOfAnotherNameStepOrRunAreRefused() throws IOException {
    StoredCheckpoint first = save(run, 10, 1);
    save(run, 20, 2);
    RunFolder otherRun = encrypted("other-run", key);
    save(otherRun, 10, 3);
    byte[] parameters = Files.readAllBytes(run.file(10, Manifest.PARAMETERS_FILE));
    byte[] state = Files.readAllBytes(run.file(10, Manifest.STATE_FILE));
    byte[] nextStep = Files.readAllBytes(run.file(20, Manifest.PARAMETERS_FILE));
    byte[] ofOtherRun = Files.readAllBytes(otherRun.file(10, Manifest.PARAMETERS_FILE));
    for (byte[] swapped : List.of(state, nextStep, ofOtherRun)) {
      Files.write(run.file(10, Manifest.PARAMETERS_FILE), swapped);
      forge(first.manifest(), Manifest.PARAMETERS_FILE, swapped);
      assertThat(isRefused(first.path(), Manifest.PARAMETERS_FILE)).isTrue();
    }
    Files.write(run.file(10, Manifest.PARAMETERS_FILE), parameters);
    forge(first.manifest(), Manifest.PARAMETERS_FILE, parameters);
    assertThat(isRefused(first.path(), Manifest.PARAMETERS_FILE)).isFalse();
  }

  @Test
  void theWrappedKeyOfAnotherStepIsRefused() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1);
    Encryption next = Objects.requireNonNull(save(run, 20, 2).manifest().encryption());
    Files.write(
        run.file(10, Manifest.FILE),
        ChecksummedJson.with("manifest.json", saved.manifest().toJson(), "encryption", next));
    assertThatThrownBy(() -> CheckpointStore.load(saved.path(), run.configuration))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("manifest.json: the wrapped key is not authentic");
  }

  /** All files of a step under a manifest that claims another step. */
  @Test
  void aCheckpointIsRefusedAsThatOfAnotherStep() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1);
    Manifest manifest = saved.manifest();
    Manifest later =
        new Manifest(
            Snapshots.at(90),
            manifest.fencingToken(),
            manifest.writtenAt(),
            manifest.files(),
            manifest.encryption());
    Files.write(run.file(10, Manifest.FILE), later.toJson());
    assertThatThrownBy(
            () -> CheckpointStore.openUnverified(saved.path(), run.configuration).parameters())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("manifest.json: the wrapped key is not authentic");
  }

  @Test
  void checkpointsOfARunShareItsIdentifierAndNoDataKey() throws IOException {
    var first = Objects.requireNonNull(save(run, 10, 1).manifest().encryption());
    var resumed = Objects.requireNonNull(save(run, 20, 2).manifest().encryption());
    assertThat(resumed.runId()).isEqualTo(first.runId()).hasSize(32);
    assertThat(resumed.wrappedKey()).isNotEqualTo(first.wrappedKey());
    assertThat(resumed.keyId()).isEqualTo(first.keyId());
  }

  /** Two encryptions of the same state differ, and the driver has the hash of one. */
  @ParameterizedTest
  @EnumSource
  void aTaskThatRunsAgainKeepsTheFileOfTheFirst(CommitProtocol protocol) throws IOException {
    RunFolder made = new RunFolder(folder.resolve("run"), protocol);
    made.configuration.set(EncryptionKey.PROPERTY, "file://" + key);
    String name = Manifest.workerStateFile(0);
    HadoopFiles files = new HadoopFiles(new Configuration());
    try (CheckpointWriter writer = made.writer()) {
      TensorFolder tasks = writer.begin(10).tensors(files);
      StoredFile first = tasks.write(name, workerState(3));
      assertThat(tasks.write(name, workerState(3))).isEqualTo(first);
      assertThat(Objects.requireNonNull(tasks.read(name, first).get("inner.0.m")).values())
          .containsExactly(3, 7);
      assertThat(made.names()).hasSize(2).last().asString().endsWith(name);
      // A late task of an earlier attempt, whose folder may be the same, has another data key.
      TensorFolder retried = writer.begin(10).tensors(files);
      StoredFile late = tasks.write(name, workerState(3));
      StoredFile replaced = retried.write(name, workerState(4));
      assertThat(replaced).isNotEqualTo(late);
      assertThat(Objects.requireNonNull(retried.read(name, replaced).get("inner.0.m")).values())
          .containsExactly(4, 7);
    }
  }

  @Test
  void aSaveCanBeRetriedAndOtherParametersAreRefused() throws IOException {
    save(run, 10, 1);
    byte[] manifest = Files.readAllBytes(run.file(10, Manifest.FILE));
    save(run, 10, 1);
    assertThat(Files.readAllBytes(run.file(10, Manifest.FILE))).isEqualTo(manifest);
    assertThatThrownBy(() -> save(run, 10, 2))
        .hasMessageContaining("the step exists with other parameters");
  }

  @Test
  void rotationReplacesTheManifestAlone() throws IOException {
    StoredCheckpoint saved = save(run, 10, 1);
    Map<String, byte[]> before = new TreeMap<>();
    for (String name : saved.manifest().files().keySet()) {
      before.put(name, Files.readAllBytes(run.file(10, name)));
    }
    Path other = folder.resolve("other");
    KeyFiles.newEncryptionKey(other);
    RunFolder rotated = encrypted("run", other);
    String newId =
        saved
            .rewrap(EncryptionKey.of("--to", "file://" + other, rotated.configuration), () -> {})
            .keyId();
    assertThat(newId).isEqualTo(keyId(other));
    for (Map.Entry<String, byte[]> file : before.entrySet()) {
      assertThat(Files.readAllBytes(run.file(10, file.getKey()))).isEqualTo(file.getValue());
    }
    LoadedCheckpoint loaded = rotated.store().loadNewest().orElseThrow();
    assertThat(loaded.parameters()).containsExactly(1, 1, 1, 1, 1);
    assertThat(loaded.manifest().files()).isEqualTo(saved.manifest().files());
    assertThatThrownBy(() -> run.store().loadNewest()).hasMessageContaining("is the key");
    // A rotation that was interrupted is repeated with the same two keys.
    byte[] manifest = Files.readAllBytes(run.file(10, Manifest.FILE));
    String again =
        CheckpointStore.openUnverified(saved.path(), run.configuration)
            .rewrap(EncryptionKey.of("--to", "file://" + other, rotated.configuration), () -> {})
            .keyId();
    assertThat(again).isEqualTo(newId);
    assertThat(Files.readAllBytes(run.file(10, Manifest.FILE))).isEqualTo(manifest);
  }

  /** Between the two files of a rotation a process may end. */
  @Test
  void aRotationThatIsRepeatedAlsoSigns() throws IOException {
    sign(run);
    StoredCheckpoint saved = save(run, 10, 1);
    byte[] old = Files.readAllBytes(run.file(10, "manifest.sig"));
    EncryptionKey to = newKey("other");
    String newId = saved.rewrap(to, () -> {}).keyId();
    byte[] signature = Files.readAllBytes(run.file(10, "manifest.sig"));
    assertThat(signature).isNotEqualTo(old);
    Files.write(run.file(10, "manifest.sig"), old);
    assertThat(reopened(saved).rewrap(to, () -> {}).keyId()).isEqualTo(newId);
    assertThat(Files.readAllBytes(run.file(10, "manifest.sig"))).isEqualTo(signature);
    reopened(saved).requireSignature(trusted("signing.pub"));
  }

  /** Else its owner would sign what an attacker wrote. */
  @Test
  void aManifestThatWasAlteredIsNotSignedByARotation() throws IOException {
    sign(run);
    run.configuration.set(TrustedKeys.PROPERTY, folder.resolve("signing.pub").toString());
    StoredCheckpoint saved = save(run, 10, 1);
    byte[] altered = altered(saved.manifest()).toJson();
    Files.write(run.file(10, Manifest.FILE), altered);
    EncryptionKey to = newKey("other");
    assertThatThrownBy(() -> reopened(saved).rewrap(to, () -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not a signature of manifest.json by a trusted key");
    assertThat(Files.readAllBytes(run.file(10, Manifest.FILE))).isEqualTo(altered);
  }

  private void sign(RunFolder signed) throws IOException {
    Path signing = folder.resolve("signing.pem");
    KeyFiles.newSigningKey(signing, folder.resolve("signing.pub"));
    signed.configuration.set(ManifestSigner.PROPERTY, "file://" + signing);
  }

  private EncryptionKey newKey(String name) throws IOException {
    KeyFiles.newEncryptionKey(folder.resolve(name));
    return EncryptionKey.of("--to", "file://" + folder.resolve(name), run.configuration);
  }

  private StoredCheckpoint reopened(StoredCheckpoint checkpoint) throws IOException {
    return CheckpointStore.openUnverified(checkpoint.path(), run.configuration);
  }

  private static Manifest altered(Manifest manifest) {
    return new Manifest(
        Snapshots.at(manifest.step(), Map.of("validation.accuracy", 0.99)),
        manifest.fencingToken(),
        manifest.writtenAt(),
        manifest.files(),
        manifest.encryption());
  }

  /** It becomes a part of the URL of a request to the KMS, and of messages. */
  @ParameterizedTest
  @ValueSource(
      strings = {"models@0/../../key/other@0", "models@0?eek_op=x", "models@", "a\nb", "ABC", ""})
  void theIdentifierOfAKeyIsChecked(String keyId) {
    String runId = Encryption.newRunId();
    assertThatThrownBy(() -> new Encryption(Encryption.SCHEME, keyId, "AAAA", "AAAA", runId))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("encryption.keyId: expected 16 hex digits or NAME@VERSION of a KMS's key");
    assertThat(new Encryption(Encryption.SCHEME, "models@12", "AAAA", "AAAA", runId).keyId())
        .isEqualTo("models@12");
  }

  @Test
  void aKeyOfHadoopsKeyProviderWraps() throws Exception {
    RunFolder kms = new RunFolder(folder.resolve("kms"), CommitProtocol.RENAME);
    kms.configuration.set(
        KeyProviderFactory.KEY_PROVIDER_PATH, "jceks://file" + folder.resolve("keys.jceks"));
    KeyProvider provider = KeyProviderFactory.getProviders(kms.configuration).get(0);
    KeyProvider.Options options = KeyProvider.options(kms.configuration).setBitLength(256);
    provider.createKey("models", options);
    provider.createKey("short", KeyProvider.options(kms.configuration).setBitLength(128));
    provider.flush();
    kms.configuration.set(EncryptionKey.PROPERTY, "kms:models");
    StoredCheckpoint saved = save(kms, 10, 1);
    var encryption = Objects.requireNonNull(saved.manifest().encryption());
    assertThat(encryption.keyId()).isEqualTo("models@0");
    provider.rollNewVersion("models");
    provider.flush();
    assertThat(Objects.requireNonNull(save(kms, 20, 2).manifest().encryption()).keyId())
        .isEqualTo("models@1");
    // Each reader and its key provider are new.
    assertThat(kms.store().newest().orElseThrow().parameters()).containsExactly(2, 2, 2, 2, 2);
    assertThat(CheckpointStore.load(saved.path(), kms.configuration).parameters())
        .containsExactly(1, 1, 1, 1, 1);
    kms.configuration.set(EncryptionKey.PROPERTY, "kms:short");
    assertThatThrownBy(() -> CheckpointStore.load(saved.path(), kms.configuration))
        .hasMessageEndingWith("encrypted with the key models@0, but encryption.key is kms:short");
    assertThatThrownBy(() -> save(kms, 30, 3))
        .hasMessageContaining("expected a key of 256 bits")
        .hasMessageContaining("found 128 bits");
    kms.configuration.set(EncryptionKey.PROPERTY, "kms:absent");
    assertThatThrownBy(() -> save(kms, 30, 3)).hasMessageEndingWith("has no key called absent");
  }

  @Test
  void aSignedManifestIsTrustedUntilItChanges() throws IOException {
    KeyFiles.newSigningKey(folder.resolve("other.pem"), folder.resolve("other.pub"));
    sign(run);
    StoredCheckpoint saved = save(run, 10, 1);
    assertThat(Files.readAllBytes(run.file(10, "manifest.sig"))).hasSize(64);
    TrustedKeys trusted = trusted("other.pub", "signing.pub");
    assertThat(saved.requireSignature(trusted)).endsWith("signing.pub");
    assertThatThrownBy(() -> saved.requireSignature(trusted("other.pub")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not a signature of manifest.json by a trusted key");
    run.configuration.set(TrustedKeys.PROPERTY, folder.resolve("signing.pub").toString());
    saved.requireTrusted();

    byte[] signature = Files.readAllBytes(run.file(10, "manifest.sig"));
    for (int bit = 0; bit < 8 * signature.length; bit++) {
      byte[] flipped = signature.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(run.file(10, "manifest.sig"), flipped);
      assertThatThrownBy(saved::requireTrusted)
          .as("bit %s", bit)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("not a signature of manifest.json by a trusted key");
    }
    for (int length : new int[] {0, 1, 32, 63, 65, 128}) {
      Files.write(run.file(10, "manifest.sig"), Arrays.copyOf(signature, length));
      assertThatThrownBy(saved::requireTrusted).hasMessageContaining("not a signature");
    }
    Files.write(run.file(10, "manifest.sig"), signature);
    saved.requireTrusted();

    byte[] manifest = Files.readAllBytes(run.file(10, Manifest.FILE));
    Files.write(run.file(10, Manifest.FILE), altered(saved.manifest()).toJson());
    StoredCheckpoint forged = CheckpointStore.openVerified(saved.path(), run.configuration);
    assertThatThrownBy(forged::requireTrusted).hasMessageContaining("not a signature");
    Files.write(run.file(10, Manifest.FILE), manifest);
    Files.delete(run.file(10, "manifest.sig"));
    assertThatThrownBy(
            CheckpointStore.openVerified(saved.path(), run.configuration)::requireTrusted)
        .hasMessageContaining("not signed, expected manifest.sig of a trusted key");
  }

  private TrustedKeys trusted(String... names) throws IOException {
    return TrustedKeys.read(
        Arrays.stream(names).map(name -> folder.resolve(name).toString()).toList(),
        new Configuration());
  }

  @Test
  void keyFilesThatOthersCanReadAreRefused() throws IOException {
    Files.setPosixFilePermissions(
        key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> save(run, 10, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is accessible to others");
    Files.setPosixFilePermissions(
        key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, "not a key\n");
    assertThatThrownBy(() -> save(run, 10, 1))
        .hasMessage(
            "encryption.key: file://"
                + key
                + " is not a key: expected 256 bits in base64 (centroid key new makes one)");
  }
}
