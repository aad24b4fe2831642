package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference to a model version: {@code registry:ROOT/MODEL@ALIAS} or {@code
 * registry:ROOT/MODEL@VERSION}.
 *
 * @param root root folder of the registry, any Hadoop URI
 * @param version version number or alias
 */
public record RegistryReference(String root, String model, String version) {
  private static final String SCHEME = "registry:";
  private static final Pattern FORM =
      Pattern.compile(SCHEME + "(?<root>.+)/(?<model>[^/@]+)@(?<version>[^/@]+)");

  /** True if a location begins like a reference. */
  public static boolean isReference(String location) {
    return location.startsWith(SCHEME);
  }

  /**
   * Parses a reference.
   *
   * @throws InputException if it has another form
   */
  public static RegistryReference parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InputException(
          "expected registry:ROOT/MODEL@ALIAS or registry:ROOT/MODEL@VERSION, as in"
              + " registry:hdfs:///registry/digits@champion, found "
              + InputErrors.quote(text));
    }
    return new RegistryReference(form.group("root"), form.group("model"), form.group("version"));
  }

  /**
   * Returns the checkpoint folder of a location. A location that is not a reference is returned
   * unchanged.
   *
   * @param notes receives the version that a reference resolves to
   * @throws InputException if the version or alias does not exist
   */
  public static String checkpoint(HadoopFiles files, String location, Consumer<String> notes)
      throws IOException {
    if (!isReference(location)) {
      return location;
    }
    StoredVersion version = parse(location).resolve(files);
    notes.accept(location + " is " + version);
    return version.checkpoint().toString();
  }

  /** True if the reference has a version number instead of an alias. */
  public boolean isPinned() {
    return ModelRegistry.isNumber(version);
  }

  /** Opens the registry of the model. */
  public ModelRegistry open(HadoopFiles files) throws IOException {
    return ModelRegistry.of(files, root, model);
  }

  /**
   * Returns the version.
   *
   * @throws InputException if the version or alias does not exist
   */
  public StoredVersion resolve(HadoopFiles files) throws IOException {
    return open(files).resolve(version);
  }
}
