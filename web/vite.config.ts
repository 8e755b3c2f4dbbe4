import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const faces = { resident: 'index.html', till: 'till.html', office: 'office.html' };

// The server serves the build; there is no second server while developing either:
// `npm run web:watch` rebuilds on every change.
// oxlint-disable-next-line import/no-default-export -- Vite reads it so.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Small files would become data: addresses that the security policy refuses as scripts.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: { input: faces },
  },
});
