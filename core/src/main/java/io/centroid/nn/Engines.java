package io.centroid.nn;

import io.centroid.device.Device;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The available compute engines, in the order in which {@code compute.engine = auto} tries them.
 *
 * @param chosen value of {@code compute.engine}: {@link #AUTO} or an engine's name
 */
public record Engines(List<LearnerFactory> available, String chosen) {
  /** Value of {@code compute.engine} that selects the first engine that supports the network. */
  public static final String AUTO = "auto";

  /** Only this module's engine, {@link CpuEngine}. */
  public static final Engines CPU = of(new CpuEngine());

  /**
   * Engines and the chosen one.
   *
   * @throws InputException if no engine has the chosen name
   */
  public Engines {
    available = List.copyOf(available);
    if (!chosen.equals(AUTO) && !names(available).contains(chosen)) {
      throw new InputException(
          InputErrors.oneLine(
              "compute.engine must be "
                  + alternatives(names(available))
                  + ": "
                  + InputErrors.shorten(chosen)));
    }
  }

  /** Engines chosen by {@link #AUTO}. */
  public static Engines of(LearnerFactory... available) {
    return new Engines(List.of(available), AUTO);
  }

  /**
   * The same engines with another choice.
   *
   * @param name value of {@code compute.engine}
   * @throws InputException if no engine has that name
   */
  public Engines choose(String name) {
    return new Engines(available, name);
  }

  /**
   * The engines that compute on devices of a kind, with the same choice.
   *
   * @throws InputException if the chosen engine does not compute on them, or none does
   */
  public Engines on(Device.Kind kind) {
    List<LearnerFactory> able =
        available.stream().map(engine -> engine.on(kind)).flatMap(Optional::stream).toList();
    if (able.isEmpty()) {
      throw new InputException(
          "compute.device = "
              + Json.spelling(kind)
              + " needs the GPU build of an engine on the class path, found none: mvn -Pcuda"
              + " package makes it (docs/gpu.md)");
    }
    if (!chosen.equals(AUTO) && !names(able).contains(chosen)) {
      throw new InputException(
          "compute.device = "
              + Json.spelling(kind)
              + " needs an engine with GPU support: compute.engine must be "
              + alternatives(names(able))
              + ": "
              + chosen);
    }
    return new Engines(able, chosen);
  }

  /**
   * The engine for a network.
   *
   * @throws InputException if the chosen engine does not support the network, or with {@code auto}
   *     none does
   */
  public LearnerFactory engine(Architecture architecture) {
    List<LearnerFactory> able =
        available.stream().filter(engine -> engine.supports(architecture)).toList();
    if (able.isEmpty()) {
      throw new InputException(
          "model.name = "
              + architecture.name()
              + " is supported by none of this program's engines"
              + (onGpus() ? " for compute.device = cuda: " : ": ")
              + String.join(", ", names(available)));
    }
    return able.stream()
        .filter(engine -> chosen.equals(AUTO) || engine.name().equals(chosen))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "compute.engine must be "
                        + alternatives(names(able))
                        + " when model.name is "
                        + architecture.name()
                        + ": "
                        + chosen));
  }

  /**
   * Opens a network in an engine's own file format.
   *
   * @throws InputException if no engine reads the file, or it is not valid
   */
  public StoredNetwork open(HadoopFiles files, String location) {
    return available.stream()
        .map(engine -> engine.open(files, location))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    location
                        + ": none of this program's engines reads networks from files: "
                        + String.join(", ", names(available))));
  }

  /** The engine that is chosen, or with {@code auto} tried first. */
  public LearnerFactory preferred() {
    return available.stream()
        .filter(engine -> chosen.equals(AUTO) || engine.name().equals(chosen))
        .findFirst()
        .orElseThrow();
  }

  private boolean onGpus() {
    return available.get(0).device() != Device.Kind.CPU;
  }

  private static List<String> names(List<LearnerFactory> engines) {
    return engines.stream().map(LearnerFactory::name).toList();
  }

  private static String alternatives(List<String> names) {
    List<String> all = new ArrayList<>(List.of(AUTO));
    all.addAll(names);
    int last = all.size() - 1;
    return String.join(", ", all.subList(0, last)) + " or " + all.get(last);
  }
}
