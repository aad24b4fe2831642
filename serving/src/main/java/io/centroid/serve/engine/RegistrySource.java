package io.centroid.serve.engine;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.AliasWatch;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.RegistryReference;
import io.centroid.registry.StoredVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A model source that follows an alias of the registry, or stays at a version number. */
public final class RegistrySource implements ModelSource {
  private final RegistryReference reference;
  private final ModelRegistry registry;
  private final String export;
  private final Optional<AliasWatch> watch;

  private RegistrySource(RegistryReference reference, ModelRegistry registry, String export) {
    this.reference = reference;
    this.registry = registry;
    this.export = export;
    this.watch =
        reference.isPinned() ? Optional.empty() : Optional.of(registry.watch(reference.version()));
  }

  /**
   * Opens a registry.
   *
   * @param reference {@code registry:ROOT/MODEL@ALIAS} or {@code registry:ROOT/MODEL@VERSION}
   * @param export name of the export to serve
   */
  public static RegistrySource of(HadoopFiles files, String reference, String export) {
    RegistryReference parsed = RegistryReference.parse(reference);
    try {
      return new RegistrySource(parsed, parsed.open(files), export);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return reference.model();
  }

  @Override
  public Optional<Candidate> poll(String served) {
    try {
      return watch.isPresent() ? current(watch.get(), served) : pinned(served);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Optional<Candidate> current(AliasWatch polled, String served) throws IOException {
    AliasWatch.Current current =
        polled
            .poll()
            .orElseThrow(
                () -> new InputException(name() + " has no alias " + reference.version() + " yet"));
    String identity = String.valueOf(current.since());
    return identity.equals(served)
        ? Optional.empty()
        : Optional.of(candidate(current.version(), identity));
  }

  private Optional<Candidate> pinned(String served) throws IOException {
    return served.isEmpty()
        ? Optional.of(candidate(registry.resolve(reference.version()), reference.version()))
        : Optional.empty();
  }

  private Candidate candidate(StoredVersion version, String identity) {
    return new Candidate(
        String.valueOf(version.number()), identity, version.export(export).toString());
  }
}
