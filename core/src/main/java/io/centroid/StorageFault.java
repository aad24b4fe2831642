package io.centroid;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/**
 * What is wrong with a file system when it refuses to read or write, and what the user can do about
 * it. A remote NameNode says it by the name of a class, a local disk by the operating system's
 * text, so both are looked at, anywhere in a chain of causes.
 */
public enum StorageFault {
  QUOTA(
      "remove files, or raise the quota: hdfs dfsadmin -setSpaceQuota or -setQuota",
      thrown -> thrown instanceof QuotaExceededException || says(thrown, "Disk quota exceeded")),
  SAFE_MODE(
      "the NameNode takes no changes: see hdfs dfsadmin -safemode get, and run the same command"
          + " again once it is off",
      thrown -> isRemote(thrown, "SafeModeException") || says(thrown, "is in safe mode")),
  PERMISSION(
      "give this user the right to it, or name another folder",
      thrown ->
          thrown instanceof AccessControlException
              || thrown instanceof AccessDeniedException
              || says(thrown, "Permission denied")),
  READ_ONLY("name a folder on another disk", thrown -> says(thrown, "Read-only file system")),
  FULL(
      "free space there, or name a folder on another disk",
      thrown -> says(thrown, "No space left on device")),
  NO_DATANODE(
      "no DataNode takes the block: see hdfs dfsadmin -report for those that are dead or full",
      thrown ->
          says(thrown, "could only be written to")
              || says(thrown, "Unable to create new block")
              || says(thrown, "are bad. Aborting")
              || says(thrown, "no more good datanodes being available")),
  BLOCK_MISSING(
      "no DataNode that is alive has an intact copy: see hdfs fsck / -list-corruptfileblocks",
      thrown ->
          thrown instanceof BlockMissingException
              || says(thrown, "Could not obtain block")
              || says(thrown, "Cannot obtain block length")),
  UNREACHABLE(
      "is the file system up? Run the same command again once it is",
      thrown ->
          thrown instanceof ConnectException
              || thrown instanceof UnknownHostException
              || thrown instanceof SocketTimeoutException);

  private final String advice;
  private final Predicate<Throwable> matches;

  StorageFault(String advice, Predicate<Throwable> matches) {
    this.advice = advice;
    this.matches = matches;
  }

  /** What the user can do, as the second half of a message. */
  public String advice() {
    return advice;
  }

  /** The fault that a failure came of; empty if it is none of these. */
  public static Optional<StorageFault> of(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable next = thrown; next != null && seen.add(next); next = next.getCause()) {
      for (StorageFault fault : values()) {
        if (fault.matches.test(next)) {
          return Optional.of(fault);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Hadoop throws an error where a local disk refuses bytes; to everyone else that is a failed
   * write like any other.
   */
  public static IOException ofLocalDisk(FSError error) {
    Throwable cause = error.getCause();
    return new IOException(
        cause == null ? String.valueOf(error.getMessage()) : cause.getMessage(), error);
  }

  /** The first line of what went wrong: a server's message goes on with its stack. */
  public static String reason(Throwable thrown) {
    Throwable told = thrown;
    while (told.getCause() != null
        && (told.getMessage() == null || told.getMessage().equals(told.getCause().toString()))) {
      told = told.getCause();
    }
    String message = told.getMessage();
    List<String> lines = message == null ? List.of() : message.strip().lines().toList();
    return lines.isEmpty() ? told.getClass().getSimpleName() : InputErrors.oneLine(lines.get(0));
  }

  /** The reason, and after it the advice if the fault is a known one. */
  public static String explained(Throwable thrown) {
    String reason = reason(thrown);
    return of(thrown).map(fault -> reason + "; " + fault.advice()).orElse(reason);
  }

  private static boolean isRemote(Throwable thrown, String simpleName) {
    return thrown instanceof RemoteException remote
        && remote.getClassName().endsWith("." + simpleName);
  }

  private static boolean says(Throwable thrown, String text) {
    String message = thrown.getMessage();
    return message != null
        && (thrown instanceof IOException || thrown instanceof FSError)
        && message.contains(text);
  }
}
