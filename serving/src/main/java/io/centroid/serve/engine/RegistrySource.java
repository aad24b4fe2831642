package io.centroid.serve.engine;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.AliasWatch;
import io.centroid.registry.ModelRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A model source that follows an alias of the registry. */
public final class RegistrySource implements ModelSource {
  /** The prefix of a registry reference. */
  public static final String SCHEME = "registry:";

  private static final Pattern REFERENCE =
      Pattern.compile("registry:(?<root>.+)/(?<model>[^/@]+)@(?<alias>[^/@]+)");

  private final String name;
  private final String alias;
  private final String export;
  private final AliasWatch watch;

  private RegistrySource(String name, String alias, String export, AliasWatch watch) {
    this.name = name;
    this.alias = alias;
    this.export = export;
    this.watch = watch;
  }

  /**
   * Opens a registry.
   *
   * @param reference {@code registry:ROOT/MODEL@ALIAS}
   * @param export name of the export to serve
   */
  public static RegistrySource of(HadoopFiles files, String reference, String export) {
    Matcher matcher = REFERENCE.matcher(reference);
    if (!matcher.matches()) {
      throw new InputException(
          "expected registry:ROOT/MODEL@ALIAS, as in registry:hdfs:///registry/digits@champion,"
              + " found "
              + InputErrors.quote(reference));
    }
    String model = matcher.group("model");
    String alias = matcher.group("alias");
    try {
      return new RegistrySource(
          model, alias, export, ModelRegistry.of(files, matcher.group("root"), model).watch(alias));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Candidate> poll(String served) {
    AliasWatch.Current current;
    try {
      current =
          watch
              .poll()
              .orElseThrow(() -> new InputException(name + " has no alias " + alias + " yet"));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    String identity = String.valueOf(current.since());
    if (identity.equals(served)) {
      return Optional.empty();
    }
    return Optional.of(
        new Candidate(
            String.valueOf(current.version().number()),
            identity,
            current.version().export(export).toString()));
  }
}
