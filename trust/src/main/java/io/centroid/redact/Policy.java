package io.centroid.redact;

import io.centroid.error.InputException;
import io.centroid.io.BoundedRead;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import io.centroid.redact.detect.Kind;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Which kinds of personal data are redacted, and how.
 *
 * @param actions the action of every kind
 * @param pseudonymKey reference to the key of pseudonyms and substitutes; empty if there is none
 * @param regions regions whose national telephone numbers are found
 * @param names more names than the common ones, one per line of the policy's dictionaries: {@code
 *     Given Surname}, or a Chinese name
 * @param opennlpModel path of an OpenNLP model that finds names; empty for none
 */
public record Policy(
    Map<Kind, Action> actions,
    String pseudonymKey,
    List<String> regions,
    List<String> names,
    String opennlpModel)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BYTES = 1 << 20;
  private static final int SHORTEST_KEY = 16;

  public Policy {
    // Serializable by Kryo, too, unlike the JDK's immutable collections.
    TreeMap<Kind, Action> all = new TreeMap<>(actions);
    for (Kind kind : Kind.values()) {
      all.putIfAbsent(kind, Action.MASK);
    }
    actions = all;
    regions = new ArrayList<>(regions);
    names = new ArrayList<>(names);
  }

  /** The policy that masks all kinds. */
  public static Policy masking() {
    return new Policy(Map.of(), "", List.of("US", "GB", "DE", "CN"), List.of(), "");
  }

  /**
   * Parses a policy and reads the dictionaries that it names.
   *
   * @param location path of the policy for messages
   * @param text HOCON
   * @throws InputException if it is not valid, or a dictionary cannot be read; one line with key
   *     and place
   */
  public static Policy parse(HadoopFiles files, String location, String text) {
    return PolicyReader.parse(location, text, name -> text(files, name));
  }

  /**
   * The text of a policy or dictionary.
   *
   * @param location local path or Hadoop URI
   * @throws InputException if it cannot be read, or is not UTF-8
   */
  public static String text(HadoopFiles files, String location) {
    Path path = files.path(location);
    try (InputStream in = files.open(path)) {
      return BoundedRead.text(location, in, MAX_BYTES);
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  /** The action of a kind. */
  public Action action(Kind kind) {
    return actions.getOrDefault(kind, Action.MASK);
  }

  /** Whether an action needs the key. */
  public boolean needsKey() {
    return actions.containsValue(Action.PSEUDONYM) || actions.containsValue(Action.SUBSTITUTE);
  }

  /**
   * Reads the key, in UTF-8.
   *
   * @throws InputException if there is none, it cannot be read, or has fewer than 16 bytes
   */
  public byte[] resolveKey(SecretResolver secrets) {
    SecretReference reference =
        SecretReference.parse(pseudonymKey)
            .orElseThrow(() -> new InputException("pseudonym-key must be " + SecretReference.WAYS));
    byte[] key =
        secrets.resolve("pseudonym-key", reference).reveal().getBytes(StandardCharsets.UTF_8);
    if (key.length < SHORTEST_KEY) {
      throw new InputException(
          "pseudonym-key must have at least " + SHORTEST_KEY + " bytes: it has " + key.length);
    }
    return key;
  }

  /**
   * SHA-256 of the policy's content in hex; equal policies have equal hashes. Of dictionaries it
   * has the number of names alone: it is published, and a few names could be found by trial.
   */
  public String sha256() {
    StringBuilder content = new StringBuilder();
    Arrays.stream(Kind.values())
        .forEach(
            kind ->
                content
                    .append(Json.spelling(kind))
                    .append('=')
                    .append(Json.spelling(action(kind)))
                    .append('\n'));
    content.append(pseudonymKey).append('\n').append(String.join(",", regions)).append('\n');
    content.append(opennlpModel).append('\n').append(names.size());
    return Sha256.of(content.toString());
  }
}
