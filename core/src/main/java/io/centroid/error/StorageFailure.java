package io.centroid.error;

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
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/**
 * The known causes of a failed read or write on a file system, each with advice for the user. A
 * remote NameNode reports a class name, a local disk the operating system's text; both are matched
 * anywhere in the chain of causes.
 */
public enum StorageFailure {
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

  /** What Hadoop's RPC client adds to the address and the operating system's reason. */
  private static final Pattern HADOOP_CALL =
      Pattern.compile(
          "Call From \\S+ to (\\S+) failed on [^:]+: (?:[\\w.]+: )?(.*?);? +For more details see:.*");

  private final String advice;
  private final Predicate<Throwable> matches;

  StorageFailure(String advice, Predicate<Throwable> matches) {
    this.advice = advice;
    this.matches = matches;
  }

  /** The advice for the user: the second half of a message. */
  public String advice() {
    return advice;
  }

  /** Whether the same access may succeed later: neither the input nor a setting is wrong. */
  public boolean isTransient() {
    return switch (this) {
      case SAFE_MODE, NO_DATANODE, BLOCK_MISSING, UNREACHABLE -> true;
      case QUOTA, PERMISSION, READ_ONLY, FULL -> false;
    };
  }

  /** The storage failure in the chain of causes; empty if none matches. */
  public static Optional<StorageFailure> of(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable next = thrown; next != null && seen.add(next); next = next.getCause()) {
      for (StorageFailure failure : values()) {
        if (failure.matches.test(next)) {
          return Optional.of(failure);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Converts the error that Hadoop throws for a failed write to a local disk into an IOException.
   */
  public static IOException ofLocalDisk(FSError error) {
    Throwable cause = error.getCause();
    return new IOException(
        cause == null ? String.valueOf(error.getMessage()) : cause.getMessage(), error);
  }

  /**
   * The first line of the failure's message, without the stack trace that a server's message
   * includes.
   */
  public static String reason(Throwable thrown) {
    Throwable reported = thrown;
    while (reported.getCause() != null
        && (reported.getMessage() == null
            || reported.getMessage().equals(reported.getCause().toString()))) {
      reported = reported.getCause();
    }
    String message = reported.getMessage();
    List<String> lines = message == null ? List.of() : message.strip().lines().toList();
    return lines.isEmpty()
        ? reported.getClass().getSimpleName()
        : HADOOP_CALL.matcher(InputErrors.oneLine(lines.get(0))).replaceFirst("$1: $2");
  }

  /** The reason, followed by the advice if the failure is a known one. */
  public static String explained(Throwable thrown) {
    String reason = reason(thrown);
    return of(thrown).map(failure -> reason + "; " + failure.advice()).orElse(reason);
  }

  /**
   * Whether HDFS refused to create a file because another process has created and not closed it.
   */
  public static boolean isBeingCreated(IOException thrown) {
    return isRemote(thrown, "AlreadyBeingCreatedException")
        || thrown instanceof AlreadyBeingCreatedException;
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
