package io.centroid.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** Scripts in place of nvidia-smi. */
public final class FakeNvidiaSmi {
  /** Two GPUs of 80 GiB, one of them in use. */
  public static final String TWO_H100 =
      """
      0, GPU-aaaa0000-0000-0000-0000-000000000000, NVIDIA H100 80GB HBM3, 9.0, 81559, 80559, 580.65.06
      1, GPU-aabb1111-0000-0000-0000-000000000000, NVIDIA H100 80GB HBM3, 9.0, 81559, 1024, 580.65.06
      """;

  public static final String TWO_LISTED =
      """
      GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-aaaa0000-0000-0000-0000-000000000000)
      GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-aabb1111-0000-0000-0000-000000000000)
      """;

  private FakeNvidiaSmi() {}

  /** Writes a program that answers the query and -L. */
  public static NvidiaSmi answering(Path folder, String query, String listed) throws IOException {
    return running(
        folder,
        "if [ \"$1\" = -L ]; then cat <<'LISTED'\n"
            + listed
            + "LISTED\nelse cat <<'QUERY'\n"
            + query
            + "QUERY\nfi\n");
  }

  /** Writes a program of these shell commands, named nvidia-smi. */
  public static NvidiaSmi running(Path folder, String commands) throws IOException {
    Path script = folder.resolve("nvidia-smi");
    Files.writeString(script, "#!/bin/sh\n" + commands);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new NvidiaSmi(script.toString(), Duration.ofSeconds(30));
  }
}
