package io.centroid.cli;

import java.io.IOException;
import org.apache.hadoop.shaded.javax.servlet.Filter;
import org.apache.hadoop.shaded.javax.servlet.FilterChain;
import org.apache.hadoop.shaded.javax.servlet.FilterConfig;
import org.apache.hadoop.shaded.javax.servlet.ServletException;
import org.apache.hadoop.shaded.javax.servlet.ServletRequest;
import org.apache.hadoop.shaded.javax.servlet.ServletResponse;
import org.apache.hadoop.shaded.javax.servlet.http.HttpServletResponse;
import org.apache.hadoop.shaded.javax.servlet.http.HttpServletResponseWrapper;

/**
 * Answers OPTIONS with 200, as Jersey does with WADL: clients of the KMS log in with it and accept
 * no 204.
 */
public final class KmsOptionsFilter implements Filter {
  @Override
  public void init(FilterConfig config) {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(
        request,
        new HttpServletResponseWrapper((HttpServletResponse) response) {
          @Override
          public void setStatus(int status) {
            super.setStatus(status == SC_NO_CONTENT ? SC_OK : status);
          }

          @Override
          @SuppressWarnings("deprecation") // Jersey calls it.
          public void setStatus(int status, String reason) {
            setStatus(status);
          }
        });
  }

  @Override
  public void destroy() {}
}
