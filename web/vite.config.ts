import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const faces = { resident: 'index.html', till: 'till.html', office: 'office.html' };
// What runs beside the resident's pages: its address never changes.
const worker = 'src/resident/offline/shell.worker.ts';

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
    // The build reads there which files are the resident's.
    manifest: true,
    rolldownOptions: {
      input: { ...faces, sw: path.join(import.meta.dirname, worker) },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
