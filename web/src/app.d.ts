declare global {
  namespace App {
    interface PageState {
      /** Set while a view keeps its state in the address without a navigation. */
      shallow?: boolean;
    }
  }
}

export {};
