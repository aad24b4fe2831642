package io.centroid.device;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Queries this machine's GPUs with nvidia-smi. What it prints is parsed strictly.
 *
 * @param program nvidia-smi: a name that the PATH resolves, or a path
 * @param timeout time limit of a query
 */
public record NvidiaSmi(String program, Duration timeout) {
  /** The nvidia-smi of the PATH. It may take seconds to wake idle GPUs. */
  public static final NvidiaSmi ON_PATH = new NvidiaSmi("nvidia-smi", Duration.ofSeconds(60));

  private static final List<String> QUERY =
      List.of(
          "--query-gpu=index,uuid,name,compute_cap,memory.total,memory.free,driver_version",
          "--format=csv,noheader,nounits");
  private static final String NO_DEVICES = "No devices were found";
  private static final Pattern GPU =
      Pattern.compile(
          "(\\d{1,4}), (GPU-[0-9a-f-]+), ([^,]+), (\\d{1,3})\\.(\\d), (\\d{1,9}|\\[[^],]*]),"
              + " (\\d{1,9}|\\[[^],]*]), (\\d{1,6}(?:\\.\\d+)+)");
  private static final Pattern LISTED_GPU =
      Pattern.compile("GPU \\d+: .*\\(UUID: (GPU-[0-9a-f-]+)\\)");
  private static final Pattern LISTED_INSTANCE =
      Pattern.compile(
          "\\s+MIG (\\S*?(\\d+)gb\\S*) +Device +\\d+: \\(UUID: (MIG-[0-9a-fA-F/-]+)\\)");
  private static final int SHOWN_CHARS = 200;

  /**
   * The GPUs in the order of their indices; in place of a GPU that is split into MIG instances,
   * these.
   *
   * @throws InputException if nvidia-smi cannot be run, fails or prints what is not expected
   */
  public List<Gpu> gpus() {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : lines(QUERY)) {
      gpus.add(gpu(line));
    }
    return gpus.isEmpty() ? gpus : withInstances(gpus, lines(List.of("-L")));
  }

  private Gpu gpu(String line) {
    Matcher matcher = GPU.matcher(line);
    if (!matcher.matches()) {
      throw unexpected("index, UUID, name, compute capability, memory in MiB and driver", line);
    }
    return new Gpu(
        matcher.group(1),
        matcher.group(2),
        matcher.group(3),
        10 * Integer.parseInt(matcher.group(4)) + Integer.parseInt(matcher.group(5)),
        bytes(matcher.group(6)),
        bytes(matcher.group(7)),
        matcher.group(8));
  }

  /** A number of MiB in bytes; {@link Gpu#UNKNOWN} for [N/A] and [Insufficient Permissions]. */
  private static long bytes(String mebibytes) {
    return mebibytes.startsWith("[") ? Gpu.UNKNOWN : Long.parseLong(mebibytes) << 20;
  }

  private List<Gpu> withInstances(List<Gpu> gpus, List<String> listed) {
    List<Gpu> all = new ArrayList<>(gpus);
    Gpu parent = null;
    for (String line : listed) {
      Matcher gpu = LISTED_GPU.matcher(line);
      Matcher instance = LISTED_INSTANCE.matcher(line);
      if (gpu.matches()) {
        String uuid = gpu.group(1);
        parent = gpus.stream().filter(found -> found.uuid().equals(uuid)).findFirst().orElse(null);
      } else if (instance.matches() && parent != null) {
        int place = all.indexOf(parent);
        all.add(place >= 0 ? place : all.size(), instance(parent, instance));
        all.remove(parent);
      } else {
        throw unexpected("a GPU or a MIG instance with its UUID", line);
      }
    }
    return all;
  }

  /** A MIG instance; its profile, such as 1g.10gb, names its memory in GB. */
  private static Gpu instance(Gpu parent, Matcher listed) {
    long bytes = Math.min(parent.totalBytes(), Long.parseLong(listed.group(2)) * 1_000_000_000);
    return new Gpu(
        listed.group(3),
        listed.group(3),
        parent.name() + " MIG " + listed.group(1),
        parent.capability(),
        bytes,
        Math.min(parent.freeBytes(), bytes),
        parent.driver());
  }

  private InputException unexpected(String expected, String found) {
    return new InputException(
        program + ": expected " + expected + ", found " + InputErrors.quote(found));
  }

  /** The lines that a query prints; none if there are no devices. */
  private List<String> lines(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    Path printed = null;
    Process process = null;
    try {
      printed = Files.createTempFile("centroid-gpus", ".txt");
      process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InputException(
            program + " did not answer within " + timeout.toSeconds() + " s; is a GPU lost?");
      }
      return checked(process.exitValue(), Files.readString(printed, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while nvidia-smi ran", e);
    } catch (IOException e) {
      throw new InputException(
          program + " cannot be run, so no NVIDIA driver is installed here: " + e.getMessage(), e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      if (printed != null) {
        printed.toFile().delete();
      }
    }
  }

  private List<String> checked(int exitCode, String text) {
    if (text.strip().equals(NO_DEVICES)) {
      return List.of();
    }
    if (exitCode != 0) {
      String shown = text.strip();
      throw new InputException(
          program
              + " failed with exit code "
              + exitCode
              + ": "
              + shown.substring(0, Math.min(SHOWN_CHARS, shown.length())));
    }
    return text.lines().filter(line -> !line.isBlank() && !line.startsWith("WARNING")).toList();
  }
}
