package io.centroid.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NativeCode;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Loads ONNX Runtime on first use. */
final class OnnxRuntime {
  /** It has no code of its own for this. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile("bad[_ ]alloc|allocate memory|out of memory", Pattern.CASE_INSENSITIVE);

  private OnnxRuntime() {}

  /**
   * Opens a model file.
   *
   * @param threads number of threads per run; more than one spin while they wait
   * @throws InputException if ONNX Runtime cannot be loaded or rejects the file
   * @throws OnnxFailure if there is not enough memory
   */
  static OrtSession session(Path file, String place, int threads) {
    return session(
        place, threads, options -> environment().createSession(file.toString(), options));
  }

  /** As {@link #session(Path, String, int)}, of a model in memory. */
  static OrtSession session(byte[] model, String place, int threads) {
    return session(place, threads, options -> environment().createSession(model, options));
  }

  private interface Opening {
    OrtSession session(OrtSession.SessionOptions options) throws OrtException;
  }

  private static OrtSession session(String place, int threads, Opening opening) {
    OrtEnvironment unused = environment(); // Loads the library before its options.
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      return opening.session(options);
    } catch (OrtException e) {
      String message = message(e);
      if (OUT_OF_MEMORY.matcher(message).find()) {
        throw new OnnxFailure(place + ": ONNX Runtime cannot load it: " + message, e);
      }
      throw InputErrors.of(place, "ONNX Runtime rejects it: " + message, e);
    }
  }

  /** The environment shared by all sessions; it is never closed. */
  static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment(
          OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, OrtEnvironment.DEFAULT_NAME);
    } catch (LinkageError e) {
      throw new InputException(
          "ONNX Runtime: "
              + NativeCode.explained(e)
                  .orElseGet(() -> "cannot be loaded on this machine: " + e.getMessage()),
          e);
    }
  }

  static String message(OrtException e) {
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
