package io.centroid.dl4j;

import io.centroid.device.Device;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * A backend of ND4J. ND4J initializes one in a JVM, once: of those on the class path the one of
 * highest priority that can run, GPUs first, and otherwise the next without an error. It is
 * therefore shown only one. Callers synchronize.
 */
enum Backend {
  CPU("org.nd4j.linalg.cpu.nativecpu.CpuBackend"),
  CUDA("org.nd4j.linalg.jcublas.JCublasBackend");

  private static final String SERVICE = "META-INF/services/" + Nd4jBackend.class.getName();

  private static final String NO_CUDA_JARS =
      "compute.device = cuda: compute.engine = dl4j needs ND4J's CUDA backend: put centroid.jar,"
          + " lib/dl4j/* and lib/dl4j-cuda/* on spark.driver.extraClassPath and"
          + " spark.executor.extraClassPath, or set CENTROID_DL4J_CUDA=true for commands on one"
          + " machine";

  /** The backend that ND4J runs on; null until it is known. */
  private static @Nullable Backend started;

  /** Why the CUDA backend cannot run; null until tried, because the JVM gives the cause once. */
  private static @Nullable String failure;

  private final String provider;

  Backend(String provider) {
    this.provider = provider;
  }

  /** The backend that computes on devices of a kind. */
  static Backend of(Device.Kind kind) {
    return switch (kind) {
      case CPU -> CPU;
      case CUDA -> CUDA;
    };
  }

  /** The backend that ND4J runs on in this JVM, which this call initializes if none has before. */
  static Backend running() {
    String name = Nd4j.getBackend().getClass().getName();
    return name.equals(CUDA.provider) ? CUDA : CPU;
  }

  /** Whether the backend's classes are on the class path; its native code need not be. */
  boolean isOnClassPath() {
    return loader().getResource(provider.replace('.', '/') + ".class") != null;
  }

  /**
   * Initializes ND4J on this backend if nothing has initialized it before.
   *
   * @throws InputException if the CUDA backend is not on the class path, or there is no GPU, driver
   *     or CUDA library that it can use; if ND4J runs on the other backend in this JVM
   */
  void require() {
    if (started != this) {
      if (this == CUDA) {
        requireUsable();
      }
      start(this);
    }
    if (started != this) {
      throw new InputException(
          ("compute.device = %s: ND4J runs on its %s backend in this JVM and cannot change it: use"
                  + " another process")
              .formatted(this == CUDA ? "cuda" : "cpu", started));
    }
  }

  /** Initializes ND4J if nothing has before: on this backend if it can be used, or on the CPU. */
  void prefer() {
    if (started == null) {
      Backend usable = this;
      try {
        if (this == CUDA) {
          requireUsable();
        }
      } catch (InputException e) {
        usable = CPU;
      }
      start(usable);
    }
  }

  private static void start(Backend wanted) {
    if (started == null) {
      ClassLoader before = ND4JClassLoading.getNd4jClassloader();
      ND4JClassLoading.setNd4jClassloader(new OneProvider(loader(), wanted.provider));
      try {
        started = running();
      } finally {
        ND4JClassLoading.setNd4jClassloader(before);
      }
    }
  }

  /** ND4J itself would print a stack trace and take the other backend. */
  private void requireUsable() {
    requireClasses();
    if (failure == null) {
      failure = failure();
    }
    if (!failure.isEmpty()) {
      throw new InputException(failure);
    }
  }

  /**
   * Requires the CUDA backend's classes.
   *
   * @throws InputException if they are not on the class path
   */
  void requireClasses() {
    if (!isOnClassPath()) {
      throw new InputException(NO_CUDA_JARS);
    }
  }

  /** Why the backend cannot run; empty if it can. */
  private String failure() {
    try {
      ServiceLoader.load(Nd4jBackend.class, new OneProvider(loader(), provider))
          .findFirst()
          .orElseThrow()
          .canRun();
      return "";
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      return InputErrors.oneLine(
          "compute.device = cuda: ND4J's CUDA backend does not start: " + reason(e));
    }
  }

  /** The message of the innermost cause, and the class of an exception without one. */
  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    if (cause instanceof ClassNotFoundException) {
      return "the jars of lib/dl4j-cuda are not complete: there is no class " + message;
    }
    return message == null
        ? cause.getClass().getName()
        : message.lines().findFirst().orElse(cause.getClass().getName());
  }

  private static ClassLoader loader() {
    ClassLoader loader = ND4JClassLoading.getNd4jClassloader();
    return loader == null ? Backend.class.getClassLoader() : loader;
  }

  /** Shows one provider of the service {@link Nd4jBackend}, and all else as its parent. */
  private static final class OneProvider extends ClassLoader {
    private final String provider;

    OneProvider(ClassLoader parent, String provider) {
      super(parent);
      this.provider = provider;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      Enumeration<URL> all = super.getResources(name);
      if (!name.equals(SERVICE)) {
        return all;
      }
      List<URL> shown = new ArrayList<>();
      for (URL file : Collections.list(all)) {
        try (InputStream in = file.openStream()) {
          if (new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(provider)) {
            shown.add(file);
          }
        }
      }
      return Collections.enumeration(shown);
    }
  }
}
