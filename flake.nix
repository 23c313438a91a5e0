{
  description = "Kairos: payments in USDC, final in two network rounds";

  # flake.lock pins the revision; `nix flake lock` makes it.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forAll = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      version = (builtins.fromJSON (builtins.readFileSync ./package.json)).version;
      commit = self.rev or "";

      # What npm ci puts into the image too: nothing for development, and no package runs a script of its own.
      installFlags = [
        "--omit=dev"
        "--omit=peer"
        "--workspace=apps/cli"
        "--include-workspace-root=false"
        "--ignore-scripts"
      ];

      kairosOf = pkgs: pkgs.stdenv.mkDerivation {
        pname = "kairos";
        inherit version;
        src = self;
        # Each package is fetched by the hash that package-lock.json has for it.
        npmDeps = pkgs.importNpmLock { npmRoot = ./.; };
        nativeBuildInputs = [ pkgs.nodejs_26 pkgs.importNpmLock.npmConfigHook pkgs.makeWrapper ];
        npmFlags = installFlags;
        npmInstallFlags = installFlags;
        dontNpmBuild = true;
        buildPhase = ''
          runHook preBuild
          node tools/release/prune.ts .
          printf '%s\n' "${commit}" > COMMIT
          runHook postBuild
        '';
        installPhase = ''
          runHook preInstall
          mkdir -p $out/lib/kairos $out/bin
          cp -r package.json LICENSE COMMIT config.example.toml node_modules kernel chains adapters clients apps $out/lib/kairos/
          makeWrapper ${pkgs.nodejs_26}/bin/node $out/bin/kairos --add-flags $out/lib/kairos/apps/cli/src/kairos.ts
          runHook postInstall
        '';
        meta.mainProgram = "kairos";
      };
    in
    {
      packages = forAll (pkgs: rec {
        default = kairosOf pkgs;
        # Linux only. The same user, ports and command as deployments/Dockerfile.
        dockerImage = pkgs.dockerTools.buildLayeredImage {
          name = "kairos-node";
          tag = "latest";
          contents = [ default pkgs.cacert ];
          extraCommands = ''
            mkdir -p tmp etc/kairos var/lib/kairos var/log/kairos
            chmod 1777 tmp
          '';
          fakeRootCommands = ''
            chown 10001:10001 ./var/lib/kairos ./var/log/kairos
            chmod 0750 ./var/lib/kairos ./var/log/kairos
          '';
          config = {
            User = "10001:10001";
            WorkingDir = "/var/lib/kairos";
            Entrypoint = [ "${default}/bin/kairos" ];
            Cmd = [ "run" "--config" "/etc/kairos/config.toml" ];
            Env = [ "NODE_ENV=production" ];
            StopSignal = "SIGTERM";
            Volumes."/var/lib/kairos" = { };
            ExposedPorts = {
              "9000/tcp" = { };
              "50051/tcp" = { };
              "8545/tcp" = { };
              "8080/tcp" = { };
              "9090/tcp" = { };
            };
            Healthcheck = {
              Test = [ "CMD" "${default}/bin/kairos" "health" "--config" "/etc/kairos/config.toml" ];
              # Nanoseconds: 15 s, 5 s, 60 s.
              Interval = 15000000000;
              Timeout = 5000000000;
              StartPeriod = 60000000000;
              Retries = 3;
            };
          };
        };
      });

      devShells = forAll (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.nodejs_26
            pkgs.git
            pkgs.go
            pkgs.kubernetes-helm
            pkgs.prometheus
            pkgs.shellcheck
            pkgs.docker-compose
          ] ++ pkgs.lib.optionals pkgs.stdenv.isLinux [ pkgs.chromium ];
          shellHook = ''
            echo "Node $(node --version). First: npm ci"
          '';
        };
      });
    };
}
