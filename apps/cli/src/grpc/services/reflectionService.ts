import { type DescFile, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { ServerReflection, ServerReflectionRequest } from "@polis/proto";

/** The reflection protocol of gRPC (kairos G1), so that tools such as grpcurl and `buf curl` need no proto files. */
export function reflectionService(files: readonly DescFile[]): ServiceImpl<typeof ServerReflection> {
  const all = withImports(files);
  const byName = new Map(all.map((file) => [`${file.name}.proto`, file]));
  const bySymbol = new Map(all.flatMap((file) => symbolsOf(file).map((name): [string, DescFile] => [name, file])));
  const services = files.flatMap((file) => file.services.map(({ typeName }) => ({ name: typeName })));
  const answer = (request: ServerReflectionRequest["messageRequest"]) => {
    switch (request.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: services } } as const;
      case "fileByFilename":
        return describe(byName.get(request.value));
      case "fileContainingSymbol":
        return describe(bySymbol.get(request.value));
      case "allExtensionNumbersOfType":
        return bySymbol.has(request.value)
          ? ({ case: "allExtensionNumbersResponse", value: { baseTypeName: request.value } } as const)
          : notFound;
      default:
        return notFound;
    }
  };
  return {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        const messageResponse = answer(request.messageRequest);
        yield { validHost: request.host, originalRequest: request, messageResponse };
      }
    },
  };
}

const notFound = {
  case: "errorResponse",
  value: { errorCode: Code.NotFound as number, errorMessage: "not found" },
} as const;

function describe(file: DescFile | undefined) {
  if (file === undefined) return notFound;
  const fileDescriptorProto = withImports([file]).map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } } as const;
}

/** The files and what they import, each once. */
function withImports(files: readonly DescFile[]): readonly DescFile[] {
  const found = new Set<DescFile>();
  const add = (file: DescFile) => {
    if (found.has(file)) return;
    found.add(file);
    file.dependencies.forEach(add);
  };
  files.forEach(add);
  return [...found];
}

function symbolsOf(file: DescFile): readonly string[] {
  const services = file.services.flatMap(({ typeName, methods }) => [
    typeName,
    ...methods.map(({ name }) => `${typeName}.${name}`),
  ]);
  return [...services, ...file.enums.map(({ typeName }) => typeName), ...file.messages.flatMap(messageSymbols)];
}

function messageSymbols(message: DescMessage): readonly string[] {
  return [
    message.typeName,
    ...message.nestedEnums.map(({ typeName }) => typeName),
    ...message.nestedMessages.flatMap(messageSymbols),
  ];
}
