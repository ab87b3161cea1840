/** The worker in which PDFs are taken apart: nothing of a foreign file is looked at in the page. */
import 'pdfjs-dist/build/pdf.worker.min.mjs'
