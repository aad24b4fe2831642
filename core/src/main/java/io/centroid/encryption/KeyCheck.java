package io.centroid.encryption;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Checks the keys of a writer of models before it reads or writes anything. */
public final class KeyCheck {
  private static final Set<String> SETTINGS =
      Set.of(EncryptionKey.SETTING, ManifestSigner.SETTING, TrustedKeys.SETTING);
  private static final byte[] PROBE = "io.centroid".getBytes(StandardCharsets.US_ASCII);

  private final Configuration hadoop;
  private final List<RuntimeException> problems = new ArrayList<>();

  private KeyCheck(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Whether an error is about a key, so that it says nothing about a model. */
  public static boolean isAboutKeys(InputException error) {
    return error.setting().filter(SETTINGS::contains).isPresent();
  }

  /** The settings that name keys, or the environment variable that does. */
  public static List<String> named(Configuration hadoop) {
    List<String> named = new ArrayList<>();
    String variable = System.getenv(EncryptionKey.VARIABLE);
    if (!hadoop.getTrimmed(EncryptionKey.PROPERTY, "").isEmpty()) {
      named.add(EncryptionKey.SETTING);
    } else if (variable != null && !variable.isBlank()) {
      named.add(EncryptionKey.VARIABLE);
    }
    if (!hadoop.getTrimmed(ManifestSigner.PROPERTY, "").isEmpty()) {
      named.add(ManifestSigner.SETTING);
    }
    if (hadoop.getTrimmedStrings(TrustedKeys.PROPERTY).length > 0) {
      named.add(TrustedKeys.SETTING);
    }
    return named;
  }

  /**
   * Checks all keys.
   *
   * @throws InputException if one is missing or no key, or if the writer's own models would be
   *     refused; {@link UncheckedIOException} if a key cannot be read for now
   */
  public static void require(Configuration hadoop) {
    List<RuntimeException> problems = problems(hadoop);
    if (!problems.isEmpty()) {
      throw problems.get(0);
    }
  }

  /** Everything that {@link #require} would report; errors of input name their setting. */
  public static List<RuntimeException> problems(Configuration hadoop) {
    KeyCheck check = new KeyCheck(hadoop);
    check.run();
    return check.problems;
  }

  private void run() {
    Optional<WrappingKey> unused =
        read(
            EncryptionKey.SETTING,
            () -> EncryptionKey.configured(hadoop).map(EncryptionKey::fresh));
    Optional<ManifestSigner> signer =
        read(ManifestSigner.SETTING, () -> ManifestSigner.configured(hadoop));
    int before = problems.size();
    boolean own = false;
    String[] files = hadoop.getTrimmedStrings(TrustedKeys.PROPERTY);
    for (String file : files) {
      TrustedKeys one = read(TrustedKeys.SETTING, () -> TrustedKeys.read(List.of(file), hadoop));
      own |= one != null && signer != null && signer.isPresent() && isOwn(one, signer.get());
    }
    if (files.length > 0 && !own && signer != null && problems.size() == before) {
      problems.add(unsigned(signer.isPresent(), String.join(", ", files)));
    }
  }

  private static boolean isOwn(TrustedKeys trusted, ManifestSigner signer) {
    return trusted.signer(PROBE, signer.signature(PROBE)).isPresent();
  }

  private static InputException unsigned(boolean hasSigner, String trusted) {
    return hasSigner
        ? new InputException(
                ManifestSigner.SETTING
                    + " is the private key of none of signature.trusted ("
                    + trusted
                    + "), so that this configuration would refuse its own models: add its public"
                    + " key there")
            .about(TrustedKeys.SETTING)
        : new InputException(
                "signature.trusted needs signature.key, or this configuration would refuse its own"
                    + " models: set it to the private key of one of "
                    + trusted)
            .about(ManifestSigner.SETTING);
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> @Nullable T read(String setting, Reading<T> reading) {
    try {
      return reading.read();
    } catch (InputException e) {
      problems.add(e.setting().isPresent() ? e : e.about(setting));
    } catch (UncheckedIOException e) {
      problems.add(e);
    } catch (IOException e) {
      problems.add(new UncheckedIOException(setting + ": " + StorageFailure.reason(e), e));
    }
    return null;
  }
}
